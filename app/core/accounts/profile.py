"""A customer's profile: their name."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from app.core.accounts.events import ACCOUNT_UPDATED
from app.core.customers import merged_customers
from app.core.customers.models import Contact, Customer
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetName:
    customer_id: UUID
    name: str


def set_name(tx: Transaction, command: SetName) -> UUID:
    """Set the customer's name and return their id."""
    merged_customers.lock(tx.session, command.customer_id)
    tx.session.execute(
        update(Contact)
        .where(Customer.id == command.customer_id, Contact.id == Customer.contact_id)
        .values(name=command.name)
        .execution_options(synchronize_session=False)
    )
    tx.record(ACCOUNT_UPDATED, {"what": ["name"]}, customer_id=command.customer_id)
    return command.customer_id
