"""Rows that a bug would leave in the books, as SQL, and the invariant that must find each of them.

The shop of the tests has one order in each status, named by it: `collected`, `ready`, `placed`, `cancelled`,
`expired`; the cancelled and the expired one have goods that wait to be restocked.
"""

from typing import NamedTuple

NEW = "gen_random_uuid()"


class Violation(NamedTuple):
    id: str
    holds: str
    """The beginning of the invariant's text."""
    bug: str
    """What went wrong."""
    change: str
    """What the bug did: statements, separated by `;`."""
    found: str
    """A query of the ids that must be reported."""


def order(status: str, column: str = "id") -> str:
    return f"(SELECT {column} FROM orders WHERE status = '{status}')"


def number(status: str) -> str:
    return f"SELECT number FROM orders WHERE status = '{status}'"


def event(kind: str, on: str, payload: str = "{}", age: str = "0 s") -> str:
    """Return an event about an order, so many transitions and seconds ago."""
    return (
        "INSERT INTO events (id, kind, schema_version, occurred_at, recorded_at, actor_kind, order_id, payload) "
        f"VALUES ({NEW}, '{kind}', 1, now(), now() - interval '{age}', 'system', {on}, '{payload}')"
    )


def movement(quantity: int, kind: str, on: str, by: str = "NULL") -> str:
    """Return a movement of the stock row that the condition `on` names."""
    return (
        "INSERT INTO stock_movements "
        "(id, location_id, variant_id, quantity, kind, order_id, event_id, occurred_at) "
        f"SELECT {NEW}, location_id, variant_id, {quantity}, '{kind}', {by}, {ANY_EVENT}, now() "
        f"FROM stock WHERE {on}"
    )


def job(status: str, age: str, scheduled: str = "NULL") -> str:
    return f"""
        INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at)
        VALUES ('default', 'send_notification', '{status}', {scheduled});
        UPDATE procrastinate_events SET at = now() - interval '{age}'"""


ANY_EVENT = "(SELECT id FROM events WHERE kind = 'order.collected')"
COPIED_ORDER = """
    INSERT INTO orders SELECT (jsonb_populate_record(NULL::orders, to_jsonb(o) || jsonb_build_object(
        'id', gen_random_uuid(), 'number', 'COPY', 'cart_id', NULL))).*
    FROM orders o WHERE status = 'placed'"""
COPIED_LINES = """
    INSERT INTO order_lines SELECT (jsonb_populate_record(NULL::order_lines, to_jsonb(l) || jsonb_build_object(
        'id', gen_random_uuid(), 'order_id', c.id))).*
    FROM orders c, order_lines l JOIN orders o ON o.id = l.order_id
    WHERE c.number = 'COPY' AND o.status = 'placed' AND o.number <> 'COPY'"""
COPIED_FULFILMENT = """
    INSERT INTO fulfilments SELECT (jsonb_populate_record(NULL::fulfilments, to_jsonb(f) || jsonb_build_object(
        'id', gen_random_uuid(), 'order_id', c.id))).*
    FROM orders c, fulfilments f JOIN orders o ON o.id = f.order_id
    WHERE c.number = 'COPY' AND o.status = 'placed' AND o.number <> 'COPY'"""
PLACE = "SELECT location_id || ' ' || variant_id FROM stock WHERE "
SPARE = "variant_id = (SELECT id FROM variants WHERE sku = 'SPARE')"
"""A stock row without sales."""
MUG = "variant_id = (SELECT id FROM variants WHERE sku = 'MUG')"

STOCK = [
    Violation(
        "I6", "on_hand is the sum", "stock changed without a movement",
        f"UPDATE stock SET on_hand = on_hand + 1 WHERE {SPARE}", PLACE + SPARE,
    ),
    Violation(
        "I6", "on_hand is the sum", "a movement changed no stock",
        movement(-1, "count", SPARE), PLACE + SPARE,
    ),
    Violation(
        "I6", "on_hand is the sum", "the stock row is gone",
        f"DELETE FROM stock WHERE {SPARE}",
        f"SELECT DISTINCT location_id || ' ' || variant_id FROM stock_movements WHERE {SPARE}",
    ),
    Violation(
        "I7", "never oversold", "goods left that were promised",
        "ALTER TABLE stock DROP CONSTRAINT stock_reserved_check;"
        f"{movement(-20, 'count', MUG)}; UPDATE stock SET on_hand = on_hand - 20 WHERE {MUG}", PLACE + MUG,
    ),
    Violation(
        "I7", "never oversold", "stock is below zero without a shortfall",
        f"{movement(-6, 'count', SPARE)}; UPDATE stock SET on_hand = -1 WHERE {SPARE}", PLACE + SPARE,
    ),
    Violation(
        "I8", "reserved is the sum", "a promise ended and its units stayed reserved",
        f"UPDATE stock SET reserved = reserved + 1 WHERE {SPARE}", PLACE + SPARE,
    ),
    Violation(
        "I8", "reserved is the sum", "a promise was made and nothing reserved",
        f"""UPDATE reservations SET variant_id = (SELECT id FROM variants WHERE sku = 'SPARE')
            WHERE order_id = {order("placed")};
            UPDATE stock SET reserved = reserved - 1 WHERE {MUG}""", PLACE + SPARE,
    ),
    Violation(
        "I8", "no unpicked reservation", "an expired reservation is still live",
        f"UPDATE reservations SET expires_at = now() - interval '3 min' WHERE order_id = {order('placed')}",
        f"SELECT id FROM reservations WHERE order_id = {order('placed')}",
    ),
    Violation(
        "I8", "no unpicked reservation", "an unpicked promise never expires",
        f"UPDATE reservations SET expires_at = NULL WHERE order_id = {order('placed')}",
        f"SELECT id FROM reservations WHERE order_id = {order('placed')}",
    ),
    Violation(
        "I8", "an order that ended", "an order was cancelled and kept its promise",
        f"UPDATE reservations SET order_id = {order('cancelled')} WHERE order_id = {order('placed')}",
        f"SELECT id FROM reservations WHERE order_id = {order('cancelled')} AND picked = 0",
    ),
    Violation(
        "I8", "an order that ended", "goods were handed over and stayed reserved",
        f"UPDATE reservations SET order_id = {order('collected')} WHERE order_id = {order('ready')}",
        "SELECT r.id FROM reservations r JOIN orders o ON o.id = r.order_id "
        "WHERE o.status = 'collected' AND r.status = 'live'",
    ),
    Violation(
        "I11", "hand-over at most once", "goods were booked out twice",
        f"{movement(-1, 'hand_over', SPARE, order('collected'))};"
        f"UPDATE stock SET on_hand = on_hand - 1 WHERE {SPARE}",
        f"SELECT {order('collected')} || ' ' || id FROM variants WHERE sku = 'SPARE'",
    ),
    Violation(
        "I11", "hand-over at most once", "an order was collected and nothing left",
        "UPDATE stock_movements SET kind = 'count' WHERE kind = 'hand_over'",
        f"SELECT {order('collected')} || ' ' || id FROM variants WHERE sku IN ('MUG', 'LAMP')",
    ),
    Violation(
        "I11", "hand-over at most once", "goods of no order were handed over",
        f"{movement(-1, 'hand_over', SPARE)}; UPDATE stock SET on_hand = on_hand - 1 WHERE {SPARE}",
        "SELECT 'no order ' || id FROM variants WHERE sku = 'SPARE'",
    ),
    Violation(
        "I11", "an order is collected once", "it was collected twice",
        event("order.collected", order("collected")), f"SELECT {order('collected')}",
    ),
]  # fmt: skip
