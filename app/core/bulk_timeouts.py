"""The time-outs of imports. No shopper waits for an import."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def use_bulk_timeouts(session: Session) -> None:
    """Let this transaction wait 30 s for a lock and run statements of 60 s.

    The usual 2 s and 5 s keep shoppers from waiting. If an import gave up as early because the shops are busy, the
    operator would only have to start it again.
    """
    session.execute(_SET_TIMEOUTS)


_SET_TIMEOUTS = text("""
    SELECT set_config('lock_timeout', '30s', true), set_config('statement_timeout', '60s', true)
""")
