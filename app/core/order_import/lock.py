"""What the imports of history share."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.bulk_timeouts import be_patient


def hold_off_imports(session: Session) -> None:
    """Let no other import of history go on until the commit, so that what is read stays so. Shops sell on."""
    be_patient(session)
    session.execute(_LOCK)


_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('import history'))")
