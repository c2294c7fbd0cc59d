"""Stores by their code."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.errors import NotFound


def store_id(session: Session, code: str) -> UUID:
    """Raises NotFound, with the codes that there are."""
    found: UUID | None = session.scalar(_LOCATION, {"code": code})
    if found is None:
        known = ", ".join(session.scalars(_CODES))
        cure = (
            f"There are: {known}." if known else "There are none yet: import the locations first."
        )
        raise NotFound(f"There is no store {code}. {cure}")
    return found


_LOCATION = text("SELECT id FROM locations WHERE code = :code")
_CODES = text("SELECT code FROM locations ORDER BY kind, code LIMIT 50")
