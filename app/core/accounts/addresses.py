"""The postal addresses of an account: add, change and remove them."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, literal, select, update

from app.core.accounts.events import ACCOUNT_UPDATED
from app.core.customers import merged_customers
from app.core.customers.models import Customer, PostalAddress
from app.core.errors import Invalid, NotFound
from app.core.transaction import Transaction

MAX_ADDRESSES = 50


@dataclass(frozen=True)
class PostalAddressInput:
    """Its fields are columns of `PostalAddress`."""

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
    """None for a new address."""
    address: PostalAddressInput


@dataclass(frozen=True)
class RemovePostalAddress:
    customer_id: UUID
    address_id: UUID


def set_postal_address(tx: Transaction, command: SetPostalAddress) -> UUID:
    """Add or change a postal address and return its id.

    Raises NotFound if the customer has no such address, Invalid for too many addresses.
    """
    merged_customers.lock(tx.session, command.customer_id)
    tx.record(ACCOUNT_UPDATED, {"what": ["addresses"]}, customer_id=command.customer_id)
    fields = asdict(command.address)
    if command.address_id is None:
        return _add(tx, command.customer_id, fields)
    changed = tx.session.execute(
        update(PostalAddress)
        .where(*_belongs_to(command.customer_id, command.address_id))
        .values(**fields)
        .returning(PostalAddress.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise _not_found()
    return command.address_id


def remove_postal_address(tx: Transaction, command: RemovePostalAddress) -> None:
    """Remove a postal address. Raises NotFound if the customer has no such address."""
    removed = tx.session.execute(
        delete(PostalAddress)
        .where(*_belongs_to(command.customer_id, command.address_id))
        .returning(PostalAddress.id)
        .execution_options(synchronize_session=False)
    )
    if removed.first() is None:
        raise _not_found()
    tx.record(ACCOUNT_UPDATED, {"what": ["addresses"]}, customer_id=command.customer_id)


def _add(tx: Transaction, customer_id: UUID, fields: dict[str, str]) -> UUID:
    contact_id = tx.session.scalar(
        select(Customer.contact_id).where(Customer.id == customer_id).with_for_update()
    )
    count = tx.session.scalar(select(func.count()).where(PostalAddress.contact_id == contact_id))
    if (count or 0) >= MAX_ADDRESSES:
        raise Invalid(f"An address book can have {MAX_ADDRESSES} addresses. Remove one first.")
    return tx.insert(PostalAddress, contact_id=contact_id, created_at=tx.now, **fields)


def _belongs_to(customer_id: UUID, address_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        PostalAddress.id == address_id,
        PostalAddress.contact_id == Customer.contact_id,
        Customer.id.in_(merged_customers.select_ids(literal(customer_id))),
    )


def _not_found() -> NotFound:
    return NotFound("You have no such address. List your addresses again.")
