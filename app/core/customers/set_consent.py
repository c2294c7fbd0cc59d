from dataclasses import dataclass
from uuid import UUID

from app.core.customers import consent
from app.core.customers.change_customer import lock_customer
from app.core.customers.consent import ConsentStatement
from app.core.customers.models import Contact
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetConsent:
    customer_id: UUID
    statement: ConsentStatement


def set_consent(tx: Transaction, command: SetConsent) -> UUID:
    """Keep what a customer told staff; her id. Raises NotFound, Conflict (customer_erased, suppressed)."""
    customer = lock_customer(tx, command.customer_id)
    contact = tx.session.get_one(Contact, customer.contact_id)
    consent.record_consent(tx, contact, command.statement, customer_id=customer.id)
    return customer.id
