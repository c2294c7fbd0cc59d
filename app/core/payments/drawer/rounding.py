"""How the acting till rounds cash."""

from sqlalchemy import select

from app.core.cash_rounding import CashRounding, cash_rounding, depends_on_country
from app.core.catalogue.models import Location
from app.core.transaction import Transaction


def rounding_at_till(tx: Transaction, currency: str) -> CashRounding:
    """Return the rule of the store's country. It is read only if the rule depends on it."""
    chosen = tx.ports.cash_rounding
    if tx.actor.location_id is None or not depends_on_country(currency, chosen):
        return cash_rounding(currency, "", {})
    country = tx.session.scalar(select(Location.country).where(Location.id == tx.actor.location_id))
    return cash_rounding(currency, country or "", chosen)
