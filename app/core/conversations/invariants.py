"""What always holds of letters."""

from app.core.audit import by_query

INVARIANTS = (
    by_query(
        "I18",
        "no letter waits for more than 2 minutes, none has failed",
        """
        SELECT 'message ' || id FROM messages
        WHERE status NOT IN ('sent', 'overtaken') AND direction = 'out'
          AND created_at < now() - interval '2 minutes'
        """,
    ),
)
