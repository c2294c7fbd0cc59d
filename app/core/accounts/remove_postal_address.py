from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from app.core.customers.address_book import PostalAddress
from app.core.customers.models import Customer
from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RemovePostalAddress:
    customer_id: UUID
    address_id: UUID


def remove_postal_address(tx: Transaction, command: RemovePostalAddress) -> None:
    """Raises NotFound where it is not hers."""
    hers = select(Customer.contact_id).where(Customer.id == command.customer_id).scalar_subquery()
    gone = delete(PostalAddress).where(
        PostalAddress.id == command.address_id, PostalAddress.contact_id == hers
    )
    if tx.session.connection().execute(gone).rowcount == 0:
        raise NotFound("You have no such address.")
