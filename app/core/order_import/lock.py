"""The lock that all imports of orders share."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.bulk_timeouts import use_bulk_timeouts


def lock_imports(session: Session) -> None:
    """Let no other import of orders run until the commit, so that its reads stay true. Shops keep selling."""
    use_bulk_timeouts(session)
    session.execute(_LOCK)


_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('import history'))")
