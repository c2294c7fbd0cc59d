"""The country by which a phone number without a country code is read."""

from sqlalchemy import select

from app.core.catalogue.models import Location
from app.core.customers.normalise import normalise
from app.core.transaction import Transaction


def phone_country(tx: Transaction) -> str | None:
    """Return the country of the store in which staff act. None: the country of the shop counts."""
    if tx.actor.location_id is None:
        return None
    return tx.session.scalar(select(Location.country).where(Location.id == tx.actor.location_id))


def normalise_here(tx: Transaction, kind: str, value: str) -> str:
    """Return the normalised address, number or card that staff or a customer stated."""
    country = phone_country(tx) if kind == "phone" else None
    return normalise(tx.ports.phones, kind, value, country)
