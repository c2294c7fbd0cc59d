"""The invariants of orders. They compute sums in their own SQL: a check must not share code with what it
checks."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.consistency import Invariant, by_query
from app.core.orders import verify_prices
from app.core.orders.statuses import ORDER


def impossible_histories(session: Session) -> Iterator[str]:
    """Yield the orders whose transitions are not allowed, do not follow one another, or do not end at the order's
    status."""
    pairs = [f"{before}>{after}" for before, targets in ORDER.moves.items() for after in targets]
    initial = [f">{status}" for status in ORDER.initial]
    yield from session.scalars(_HISTORIES, {"allowed": [*pairs, *initial]})


def changed_prices(session: Session) -> Iterator[str]:
    """Yield the orders whose frozen facts no longer give the total and the hash that the shopper saw."""
    for found in verify_prices.differences(session):
        if any(one.what != "lines" for one in found):  # I13 checks the lines
            yield found[0].number


INVARIANTS = (
    by_query(
        "I4",
        "a collected order is paid, or its card is being charged, or it is under review",
        """
        SELECT number FROM orders o
        WHERE status = 'collected' AND review_reason IS NULL AND paid <> total - cancelled - credited
            + coalesce((
                SELECT sum(CASE kind WHEN 'refund' THEN amount ELSE -amount END) FROM payment_attempts a
                WHERE a.order_id = o.id AND a.status IN ('live', 'unknown') AND kind IN ('capture', 'refund')), 0)
        """,
    ),
    by_query(
        "I8",
        "an order that ended reserves no unpicked goods",
        """
        SELECT r.id FROM reservations r JOIN orders o ON o.id = r.order_id
        WHERE r.status = 'live' AND (
            o.status = 'collected' OR (o.status IN ('cancelled', 'expired') AND r.picked < r.quantity))
        """,
    ),
    Invariant(
        "I10",
        "each transition is allowed and starts at the status where the last one ended",
        impossible_histories,
    ),
    by_query(
        "I10",
        "a fulfilment has the status of its order; an imported order has none",
        """
        SELECT DISTINCT o.number FROM orders o LEFT JOIN fulfilments f ON f.order_id = o.id
        WHERE f.status IS DISTINCT FROM
            CASE o.status WHEN 'unpaid' THEN 'waiting' WHEN 'placed' THEN 'open' WHEN 'imported' THEN NULL
            ELSE o.status END
        """,
    ),
    by_query(
        "I10",
        "goods of an order have a fulfilment; goods of an imported order have none",
        """
        SELECT o.number FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE l.kind = 'item' AND (l.fulfilment_id IS NULL) <> (o.status = 'imported')
        """,
    ),
    Invariant(
        "I12",
        "the price charged is the price shown, recomputed from the frozen facts",
        changed_prices,
    ),
    by_query(
        "I13",
        "lines add up to their order, and the shares of cancelled units to its cancelled amount",
        """
        SELECT o.number FROM orders o LEFT JOIN (
            SELECT order_id, sum(total) AS total, sum(net) AS net, sum(tax) AS tax,
                sum(total - sign(total) * step * div(
                    2 * abs(total::numeric) * (quantity - cancelled) + quantity * step, 2 * quantity * step)
                ) AS cancelled
            FROM (
                SELECT n.*, CASE WHEN p.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND')
                    AND n.total % 10 = 0 THEN 10 ELSE 1 END AS step
                FROM order_lines n JOIN orders p ON p.id = n.order_id
            ) stepped GROUP BY order_id
        ) l ON l.order_id = o.id
        WHERE (o.total, o.net, o.tax, o.cancelled) IS DISTINCT FROM (l.total, l.net, l.tax, l.cancelled)
        """,
    ),
    by_query(
        "I15",
        "an order holds its redemptions until it ends without a sale; then all of them are released",
        """
        SELECT o.number FROM promotion_redemptions u JOIN orders o ON o.id = u.order_id
        WHERE (u.released_at IS NULL) = (o.status IN ('cancelled', 'expired'))
        """,
    ),
    by_query(
        "I17",
        "one effect per idempotency key: a cart becomes one order at most",
        """
        SELECT o.number FROM orders o JOIN carts c ON c.id = o.cart_id
        WHERE c.order_id IS DISTINCT FROM o.id
        UNION ALL
        SELECT min(number) FROM orders WHERE cart_id IS NOT NULL GROUP BY cart_id HAVING count(*) > 1
        UNION ALL
        SELECT 'cart ' || c.id FROM carts c
        WHERE c.order_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = c.order_id)
        """,
    ),
)

_HISTORIES = text("""
    WITH steps AS (
        SELECT order_id, (payload->>'step')::int AS step, payload->>'from' AS before, payload->>'to' AS after,
               row_number() OVER w AS place, lag(payload->>'to') OVER w AS last
        FROM events WHERE order_id IS NOT NULL AND payload ? 'step'
        WINDOW w AS (PARTITION BY order_id ORDER BY (payload->>'step')::int)
    ), ends AS (
        SELECT order_id, count(*) AS steps, (array_agg(after ORDER BY step DESC))[1] AS status,
               bool_or(step IS DISTINCT FROM place OR before IS DISTINCT FROM last
                       OR concat(before, '>', after) <> ALL(:allowed)) AS wrong
        FROM steps GROUP BY order_id
    )
    SELECT coalesce(o.number, e.order_id::text) FROM orders o FULL JOIN ends e ON e.order_id = o.id
    WHERE e.wrong OR (e.status, e.steps) IS DISTINCT FROM (o.status, o.transition_count)
""")
