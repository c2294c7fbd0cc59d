"""To whom an order's invoice is to be written, and VAT numbers as people write them."""

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


def insert(tx: Transaction, order_id: UUID, request: BillTo | None) -> None:
    """Keep it with the order, if she said so. Raises Invalid for what can be no VAT number of that country."""
    if request is not None:
        number = normal_vat_number(tx, request.country, request.vat_number)
        row = vars(request) | {"vat_number": number, "created_at": tx.now}
        tx.insert(Billing, order_id=order_id, **row)


def normal_vat_number(tx: Transaction, country: str, number: str | None) -> str | None:
    """As it is written on documents; None for none. Raises Invalid."""
    if not number:
        return None
    normal = tx.ports.vat_numbers.normalise(country, number)
    if normal is None:
        raise Invalid(
            f"This cannot be a VAT number of {country}: check each character, or leave it out.",
            vat_number=["not a VAT number of this country"],
        )
    return normal
