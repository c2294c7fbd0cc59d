from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import func, select, text

from app.core.customers import merged_customers
from app.core.customers.models import Customer, PostalAddress
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
    merged_customers.lock(tx.session, command.customer_id)
    tx.record("account.changed", {"what": ["addresses"]}, customer_id=command.customer_id)
    fields = asdict(command.fields)
    if command.address_id is None:
        return _add(tx, command.customer_id, fields)
    values = fields | {"customer": command.customer_id, "id": command.address_id}
    if tx.session.execute(_CHANGE, values).first() is None:
        raise NotFound("You have no such address.")
    return command.address_id


def _add(tx: Transaction, customer_id: UUID, fields: dict[str, str]) -> UUID:
    contact_id = tx.session.scalar(
        select(Customer.contact_id).where(Customer.id == customer_id).with_for_update()
    )
    hers = select(func.count()).where(PostalAddress.contact_id == contact_id)
    if (tx.session.scalar(hers) or 0) >= MAX_ADDRESSES:
        raise Invalid(f"An address book holds {MAX_ADDRESSES} addresses: remove one first.")
    return tx.insert("postal_addresses", contact_id=contact_id, created_at=tx.now, **fields)


_CHANGE = text("""
    UPDATE postal_addresses a SET label = :label, name = :name, lines = :lines, town = :town,
        postcode = :postcode, country = :country
    FROM customers k
    WHERE a.id = :id AND k.contact_id = a.contact_id
        AND k.id IN (SELECT id FROM customer_ids(:customer)) RETURNING a.id
""")
