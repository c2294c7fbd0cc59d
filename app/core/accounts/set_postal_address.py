from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from app.core.customers.address_book import PostalAddress
from app.core.customers.models import Customer
from app.core.errors import Invalid, NotFound
from app.core.transaction import Transaction

MAX_ADDRESSES = 50


@dataclass(frozen=True)
class AddressFields:
    label: str
    name: str
    lines: str
    town: str
    postcode: str
    country: str


@dataclass(frozen=True)
class SetPostalAddress:
    customer_id: UUID
    address_id: UUID | None
    """None for a new one."""
    fields: AddressFields


def set_postal_address(tx: Transaction, command: SetPostalAddress) -> UUID:
    """Add or change a postal address; its id. Raises NotFound where it is not hers, Invalid for too many."""
    contact_id = tx.session.scalar(
        select(Customer.contact_id).where(Customer.id == command.customer_id).with_for_update()
    )
    fields = asdict(command.fields)
    if command.address_id is None:
        hers = select(func.count()).where(PostalAddress.contact_id == contact_id)
        if (tx.session.scalar(hers) or 0) >= MAX_ADDRESSES:
            raise Invalid(f"An address book holds {MAX_ADDRESSES} addresses: remove one first.")
        return tx.insert("postal_addresses", contact_id=contact_id, created_at=tx.now, **fields)
    changed = update(PostalAddress).where(
        PostalAddress.id == command.address_id, PostalAddress.contact_id == contact_id
    )
    if tx.session.connection().execute(changed.values(fields)).rowcount == 0:
        raise NotFound("You have no such address.")
    return command.address_id
