"""What always holds of customers, merges and consents."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I23",
        "merges make no circle: every customer leads to one that was not merged into another",
        """
        WITH RECURSIVE reached AS (
            SELECT id FROM customers WHERE merged_into_id IS NULL
            UNION ALL SELECT c.id FROM customers c JOIN reached r ON c.merged_into_id = r.id
        )
        SELECT 'customer ' || c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM reached r WHERE r.id = c.id)
        """,
    ),
    by_query(
        "I23",
        "a customer is merged into the customer that its one merge that was not undone names",
        """
        SELECT DISTINCT 'customer ' || c.id FROM customers c LEFT JOIN (
            SELECT merged_id, into_id, count(*) OVER (PARTITION BY merged_id) AS times FROM customer_merges m
            WHERE undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM customer_merges u WHERE u.undoes_id = m.id)
        ) m ON m.merged_id = c.id
        WHERE c.merged_into_id IS DISTINCT FROM m.into_id OR m.times > 1
        """,
    ),
    by_query(
        "I20",
        "every merge and every consent has its event",
        """
        SELECT 'merge ' || m.id FROM customer_merges m
        WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = m.event_id)
        UNION ALL
        SELECT 'consent ' || s.id FROM consents s WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = s.event_id)
        """,
    ),
)
