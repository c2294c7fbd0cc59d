"""The patience of imports, which nobody waits for at a counter."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def be_patient(session: Session) -> None:
    """Let this transaction wait 30 s for a lock and run statements of 60 s.

    The usual 2 s and 5 s keep a shopper from waiting. An import that gave up as early, because the
    shops are busy, would only have to be started again.
    """
    session.execute(_LONGER)


_LONGER = text("""
    SELECT set_config('lock_timeout', '30s', true), set_config('statement_timeout', '60s', true)
""")
