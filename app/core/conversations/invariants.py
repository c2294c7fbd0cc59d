"""What always holds for messages."""

from app.core.consistency import by_query

INVARIANTS = (
    by_query(
        "I18",
        "no message waits for more than 2 minutes",
        """
        SELECT 'message ' || id FROM messages
        WHERE status = 'queued' AND direction = 'out'
          AND created_at < now() - interval '2 minutes'
        """,
    ),
)
