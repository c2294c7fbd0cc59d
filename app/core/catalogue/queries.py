"""Reads of the catalogue."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound


def pickup_location_id(session: Session, code: str) -> UUID:
    """Return the id of a store that offers pick-up. Raises NotFound."""
    found = session.scalar(select(Location.id).where(Location.code == code, Location.offers_pickup))
    if found is None:
        raise NotFound(f"No store {code} offers pick-up: find one with GET /availability.")
    return found
