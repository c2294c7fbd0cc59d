"""Contact addresses that a customer has verified by a code. A customer can have several."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.core.accounts import codes
from app.core.accounts.claim_guest_orders import claimable_orders
from app.core.accounts.codes import CodeInput
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.events import ACCOUNT_ADDRESS_ADDED
from app.core.customers import identities, merged_customers
from app.core.customers.models import Contact, Customer, Identity
from app.core.errors import Conflict, DomainError
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class AddContactAddress:
    customer_id: UUID
    code: CodeInput


def add_contact_address(tx: Transaction, command: AddContactAddress) -> int | CommittedRefusal[int]:
    """Add an address or number that the code has verified; return how many guest orders the customer may
    claim now.

    An address of a customer who was merged into this one is already theirs. Raises Conflict (address_taken) if it
    is another customer's; the caller received the code, so this reveals nothing to a stranger.
    """
    merged_customers.lock(tx.session, command.customer_id)
    address = codes.verify(tx, command.code, "add_address", command.customer_id)
    if isinstance(address, DomainError):
        return CommittedRefusal(address)
    owner = customer_of(tx.session, address)
    if owner is None:
        _add(tx, command.customer_id, address)
    elif owner not in merged_customers.ids_of(tx.session, command.customer_id):
        raise Conflict(
            "Another account has this address. Sign in with it, or ask the shop to merge the two accounts.",
            code="address_taken",
        )
    return len(claimable_orders(tx.session, command.customer_id))


def customer_of(session: Session, address: ContactAddress) -> UUID | None:
    """Return the customer who verified the address, not the customer that they may since be merged into: passwords
    and sessions belong to the former, and reads resolve the merge."""
    return session.scalar(select(Identity.customer_id).where(*identity_conditions(address)))


def identity_conditions(address: ContactAddress) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the verified identity of an address; at most one customer has it."""
    return (
        Identity.kind == address.kind,
        Identity.value == address.value,
        Identity.verified_at.is_not(None),
        Identity.ended_at.is_(None),
    )


def _add(tx: Transaction, customer_id: UUID, address: ContactAddress) -> None:
    identities.add_verified(tx, customer_id, address.kind, address.value)
    column = Contact.email if address.kind == "email" else Contact.phone
    tx.session.execute(
        update(Contact)
        .where(Customer.id == customer_id, Contact.id == Customer.contact_id, column.is_(None))
        .values({column: address.value})
        .execution_options(synchronize_session=False)
    )
    tx.record(ACCOUNT_ADDRESS_ADDED, {"by": address.kind}, customer_id=customer_id)
    tx.write()
