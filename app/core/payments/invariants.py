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
        UNION ALL
        SELECT 'payment event ' || e.id FROM payment_events e JOIN payments p ON p.id = e.payment_id
        WHERE e.order_id <> p.order_id
        """,
    ),
    by_query(
        "I2",
        "per payment 0 ≤ refunded ≤ captured ≤ its amount",
        """
        SELECT p.id FROM payments p JOIN payment_events e ON e.payment_id = p.id
        GROUP BY p.id
        HAVING min(e.amount) <= 0
            OR sum(CASE e.kind WHEN 'capture' THEN e.amount ELSE -e.amount END) < 0
            OR sum(CASE e.kind WHEN 'capture' THEN e.amount ELSE 0 END) > p.amount
        """,
    ),
)
