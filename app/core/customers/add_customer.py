from dataclasses import dataclass
from uuid import UUID

from app.core.customers import contacts, identities
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateCustomer:
    name: str
    email: str | None = None
    phone: str | None = None
    loyalty_card: str | None = None
    locale: str | None = None


def create_customer(tx: Transaction, command: CreateCustomer) -> UUID:
    """Keep a person whom staff know; her id. Raises Conflict (identity_taken) for another's card.

    Her address and number are what she says: she shows that they are hers by signing in.
    """
    contact_id = contacts.add(tx, command.name, command.email, command.phone)
    customer_id = tx.insert(
        "customers", contact_id=contact_id, locale=command.locale, tags=[], created_at=tx.now
    )
    for kind, value in (("email", command.email), ("phone", command.phone)):
        if value:
            identities.claim(tx, customer_id, kind, value)
    tx.record("customer.added", {}, customer_id=customer_id)
    tx.write()
    if command.loyalty_card:
        identities.assign(tx, customer_id, "loyalty_card", command.loyalty_card)
    return customer_id
