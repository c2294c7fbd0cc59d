"""Stores by their code."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound

MAX_LISTED = 50


def store_id(session: Session, code: str) -> UUID:
    """Return the id of the location with this code. Raises NotFound, with the codes that exist."""
    found = session.scalar(select(Location.id).where(Location.code == code))
    if found is None:
        codes = select(Location.code).order_by(Location.kind, Location.code).limit(MAX_LISTED)
        known = ", ".join(session.scalars(codes))
        hint = (
            f"There are: {known}." if known else "There are none yet: import the locations first."
        )
        raise NotFound(f"There is no store {code}. {hint}")
    return found
