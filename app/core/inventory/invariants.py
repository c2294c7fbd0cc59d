"""The invariants of stock."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I6",
        "on_hand is the sum of its movements",
        """
        WITH moved AS (
            SELECT location_id, variant_id, sum(quantity) AS quantity
            FROM stock_movements GROUP BY location_id, variant_id
        )
        SELECT coalesce(s.location_id, m.location_id) || ' ' || coalesce(s.variant_id, m.variant_id)
        FROM stock s FULL JOIN moved m USING (location_id, variant_id)
        WHERE coalesce(s.on_hand, 0) <> coalesce(m.quantity, 0)
        """,
    ),
    by_query(
        "I7",
        "never oversold: 0 ≤ reserved ≤ on_hand; on_hand < 0 only with an open shortfall",
        """
        SELECT s.location_id || ' ' || s.variant_id FROM stock s
        WHERE s.reserved < 0 OR s.reserved > greatest(s.on_hand, 0) OR (s.on_hand < 0 AND NOT EXISTS (
            SELECT 1 FROM shortfalls f
            WHERE f.location_id = s.location_id AND f.variant_id = s.variant_id AND f.resolved_at IS NULL))
        """,
    ),
    by_query(
        "I8",
        "reserved is the sum of the live reservations",
        """
        WITH live AS (
            SELECT location_id, variant_id, sum(quantity) AS quantity
            FROM reservations WHERE status = 'live' GROUP BY location_id, variant_id
        )
        SELECT coalesce(s.location_id, l.location_id) || ' ' || coalesce(s.variant_id, l.variant_id)
        FROM stock s FULL JOIN live l USING (location_id, variant_id)
        WHERE coalesce(s.reserved, 0) <> coalesce(l.quantity, 0)
        """,
    ),
    by_query(
        "I8",
        "no unpicked reservation stays live more than 2 minutes after its expiry",
        """
        SELECT id FROM reservations
        WHERE status = 'live' AND picked = 0
          AND (expires_at IS NULL OR expires_at < now() - interval '2 minutes')
        """,
    ),
)
