"""The invariants of payments, refunds, stored value and drawers."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I1",
        "captures − refunds − chargebacks of an order's payments are what the order says was paid",
        """
        SELECT o.number FROM orders o LEFT JOIN (
            SELECT order_id, sum(CASE kind
                WHEN 'capture' THEN amount WHEN 'refund_reversed' THEN amount
                WHEN 'chargeback_reversed' THEN amount
                WHEN 'refund' THEN -amount WHEN 'chargeback' THEN -amount ELSE 0 END) AS taken
            FROM payment_events GROUP BY order_id
        ) p ON p.order_id = o.id
        WHERE o.paid <> coalesce(p.taken, 0)
        UNION ALL
        SELECT 'payment event ' || e.id FROM payment_events e JOIN payments p ON p.id = e.payment_id
        WHERE e.order_id <> p.order_id
        """,
    ),
    by_query(
        "I2",
        "per payment 0 ≤ refunded + refunds in progress ≤ captured ≤ authorised, as its events add up to",
        """
        WITH recorded AS (
            SELECT payment_id,
                coalesce(sum(amount) FILTER (WHERE kind = 'authorise'), 0) AS authorised,
                coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS captured,
                coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0)
                    - coalesce(sum(amount) FILTER (WHERE kind = 'refund_reversed'), 0) AS refunded,
                coalesce(sum(amount) FILTER (WHERE kind = 'chargeback'), 0)
                    - coalesce(sum(amount) FILTER (WHERE kind = 'chargeback_reversed'), 0) AS charged_back,
                coalesce(sum(amount) FILTER (WHERE kind = 'void'), 0) AS voided,
                coalesce(sum(amount) FILTER (WHERE refund_method IS NOT NULL), 0) AS otherwise,
                min(amount) AS least
            FROM payment_events GROUP BY payment_id
        ), pending AS (
            SELECT payment_id, sum(amount) AS refunding FROM payment_attempts
            WHERE kind = 'refund' AND status IN ('live', 'unknown') GROUP BY payment_id
        )
        SELECT p.id FROM payments p
        LEFT JOIN recorded t ON t.payment_id = p.id LEFT JOIN pending g ON g.payment_id = p.id
        WHERE coalesce(t.least, 1) <= 0
            OR (p.captured, p.refunded, p.charged_back, p.refunding) IS DISTINCT FROM (
                coalesce(t.captured, 0), coalesce(t.refunded, 0), coalesce(t.charged_back, 0),
                coalesce(g.refunding, 0))
            OR p.authorised <> greatest(
                coalesce(t.authorised, 0), CASE p.status WHEN 'captured' THEN p.captured ELSE 0 END)
            OR p.refunded - coalesce(t.otherwise, 0) + p.refunding > p.captured
            OR p.captured + coalesce(t.voided, 0) > p.authorised
        """,
    ),
    by_query(
        "I2",
        "a card payment has a completed session of the same id, order and currency, and the other way round",
        """
        SELECT coalesce(p.id, s.id) FROM (SELECT * FROM payments WHERE method = 'card') p
        FULL JOIN (SELECT * FROM payment_sessions WHERE status = 'completed') s ON s.id = p.id
        WHERE (s.order_id, s.currency) IS DISTINCT FROM (p.order_id, p.currency)
        """,
    ),
    by_query(
        "I5",
        "no money without an order: what was captured longer than 5 minutes ago is paid, refunded, or flagged",
        """
        SELECT p.id FROM payments p JOIN orders o ON o.id = p.order_id
        JOIN payment_events e ON e.payment_id = p.id AND e.kind = 'capture'
        WHERE o.status IN ('unpaid', 'cancelled', 'expired') AND o.review_reason IS NULL
            AND p.captured > p.refunded + p.refunding + p.charged_back
            AND e.occurred_at < now() - interval '5 minutes'
        """,
    ),
    by_query(
        "I14",
        "the balance of a gift card or store credit is the sum of its entries, and never below 0",
        """
        SELECT p.id FROM stored_value_accounts p LEFT JOIN (
            SELECT account_id, sum(amount) AS balance FROM stored_value_entries GROUP BY account_id
        ) e ON e.account_id = p.id
        WHERE p.balance <> coalesce(e.balance, 0) OR p.balance < 0
        """,
    ),
    by_query(
        "I14",
        "a gift card that was bought is active only if its order is paid",
        """
        SELECT a.id FROM stored_value_accounts a JOIN orders o ON o.id = a.order_id
        WHERE a.block_reason IS NULL AND o.paid < o.total - o.cancelled - o.credited
        """,
    ),
    by_query(
        "I14",
        "a payment by stored value holds what its account was debited for it",
        """
        SELECT p.id FROM payments p LEFT JOIN (
            SELECT payment_id, -sum(amount) AS given FROM stored_value_entries GROUP BY payment_id
        ) e ON e.payment_id = p.id LEFT JOIN (
            SELECT payment_id, sum(amount) AS paid_out FROM payment_events
            WHERE kind = 'refund' AND refund_method IN ('cash', 'bank') GROUP BY payment_id
        ) o ON o.payment_id = p.id
        WHERE p.stored_value_account_id IS NOT NULL AND coalesce(e.given, 0) <> CASE p.status
            WHEN 'authorised' THEN p.authorised ELSE p.captured - p.refunded + coalesce(o.paid_out, 0) END
        """,
    ),
    by_query(
        "I18",
        "no webhook event of the payment provider waits for more than 2 minutes",
        """
        SELECT id FROM webhook_events WHERE processed_at IS NULL AND received_at < now() - interval '2 minutes'
        """,
    ),
    by_query(
        "I19",
        "the expected cash of a closed drawer is float + put in − taken out + cash paid − cash refunded",
        """
        SELECT s.id FROM shifts s WHERE s.closed_at IS NOT NULL AND s.expected <> s.opening_float
            + coalesce((SELECT sum(amount) FROM drawer_entries d WHERE d.shift_id = s.id), 0)
            + coalesce((
                SELECT sum(CASE kind WHEN 'capture' THEN 1 ELSE -1 END * (amount + rounding))
                FROM payment_events e WHERE e.shift_id = s.id), 0)
        UNION ALL
        SELECT p.id FROM payments p WHERE p.method = 'cash' AND p.shift_id IS NULL AND p.tendered IS NOT NULL
            AND p.created_at > coalesce((SELECT min(opened_at) FROM shifts), 'infinity')
        """,
    ),
    by_query(
        "I22",
        "a removed card is detached at the payment provider within an hour",
        """
        SELECT 'card ' || id FROM saved_cards
        WHERE detached_at IS NULL AND removed_at < now() - interval '1 hour'
        """,
    ),
    by_query(
        "I22",
        "a card is saved only for a customer whom the payment provider knows",
        """
        SELECT 'card ' || c.id FROM saved_cards c WHERE c.removed_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM identities i WHERE i.customer_id = c.customer_id AND i.kind = 'provider_customer'
                AND i.ended_at IS NULL)
        """,
    ),
    by_query(
        "I22",
        "no call to the payment provider has an unknown outcome for more than 2 minutes",
        """
        SELECT id FROM payment_attempts
        WHERE status IN ('live', 'unknown') AND created_at < now() - interval '2 minutes'
        """,
    ),
)
