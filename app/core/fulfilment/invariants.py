"""The invariants of hand-overs."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I11",
        "hand-over at most once per unit: a collected order moved its units, any other order moved none",
        """
        WITH gone AS (
            SELECT order_id, variant_id, -sum(quantity) AS units FROM stock_movements
            WHERE kind = 'hand_over' GROUP BY order_id, variant_id
        ), owed AS (
            SELECT l.order_id, l.variant_id, sum(l.quantity - l.cancelled) AS units
            FROM order_lines l JOIN orders o ON o.id = l.order_id
            WHERE o.status = 'collected' GROUP BY l.order_id, l.variant_id
        )
        SELECT coalesce(g.order_id::text, w.order_id::text, 'no order') || ' '
            || coalesce(g.variant_id, w.variant_id)
        FROM gone g FULL JOIN owed w USING (order_id, variant_id)
        WHERE coalesce(g.units, 0) <> coalesce(w.units, 0)
        """,
    ),
    by_query(
        "I11",
        "an order is collected once",
        """
        SELECT order_id FROM events WHERE kind = 'order.collected' GROUP BY order_id HAVING count(*) > 1
        """,
    ),
)
