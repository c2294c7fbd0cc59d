"""What always holds of money taken."""

from app.core.audit import by_query

INVARIANTS = (
    by_query(
        "I1",
        "captures − refunds of an order's payments are what the order says was paid",
        """
        SELECT o.number FROM orders o LEFT JOIN (
            SELECT order_id, sum(CASE kind WHEN 'capture' THEN amount ELSE -amount END) AS taken
            FROM payment_events GROUP BY order_id
        ) p ON p.order_id = o.id
        WHERE o.paid <> coalesce(p.taken, 0)
        """,
    ),
    by_query(
        "I2",
        "per payment 0 ≤ refunded ≤ captured ≤ its amount",
        """
        SELECT p.id FROM payments p JOIN payment_events e ON e.payment_id = p.id
        GROUP BY p.id
        HAVING min(e.amount) <= 0
            OR sum(e.amount) FILTER (WHERE e.kind = 'refund') > sum(e.amount) FILTER (WHERE e.kind = 'capture')
            OR sum(e.amount) FILTER (WHERE e.kind = 'capture') > p.amount
        """,
    ),
)
