from dataclasses import dataclass
from uuid import UUID

from app.core.customers import consent
from app.core.customers.change_customer import locked
from app.core.customers.consent import Said
from app.core.customers.models import Contact
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetConsent:
    customer_id: UUID
    said: Said


def set_consent(tx: Transaction, command: SetConsent) -> UUID:
    """Keep what a customer told staff; her id. Raises NotFound, Conflict (customer_erased, suppressed)."""
    customer = locked(tx, command.customer_id)
    contact = tx.session.get_one(Contact, customer.contact_id)
    consent.note(tx, contact, command.said, customer_id=customer.id)
    return customer.id
