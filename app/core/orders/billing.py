"""The buyer on the invoice of an order, and VAT numbers."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Invalid
from app.core.orders.models import Billing
from app.core.transaction import Transaction


@dataclass(frozen=True)
class BillTo:
    name: str
    address: str
    """Its lines, without the country."""
    country: str
    """ISO 3166-1, as GB."""
    vat_number: str | None = None


def insert_billing(tx: Transaction, order_id: UUID, bill_to: BillTo | None) -> None:
    """Store the buyer with the order, if the shopper named one. Raises Invalid for an impossible VAT number."""
    if bill_to is not None:
        number = normalise_vat_number(tx, bill_to.country, bill_to.vat_number)
        tx.insert(
            Billing,
            order_id=order_id, name=bill_to.name, address=bill_to.address, country=bill_to.country,
            vat_number=number, created_at=tx.now,
        )  # fmt: skip


def normalise_vat_number(tx: Transaction, country: str, number: str | None) -> str | None:
    """Return the number as documents show it, or None if there is none. Raises Invalid."""
    if not number:
        return None
    normalised = tx.ports.vat_numbers.normalise(country, number)
    if normalised is None:
        raise Invalid(
            f"This cannot be a VAT number of {country}: check each character, or leave it out.",
            vat_number=["not a VAT number of this country"],
        )
    return normalised
