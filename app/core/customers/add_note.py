from dataclasses import dataclass
from uuid import UUID

from app.core.customers.change_customer import lock_customer
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddNote:
    customer_id: UUID
    body: str


def add_note(tx: Transaction, command: AddNote) -> UUID:
    """Keep what the next one who serves her should know; the customer's id. Raises NotFound, Conflict."""
    customer = lock_customer(tx, command.customer_id)
    note_id = tx.insert(
        "customer_notes",
        customer_id=customer.id, body=command.body, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
        created_at=tx.now,
    )  # fmt: skip
    tx.record("customer.noted", {"note_id": note_id}, customer_id=customer.id)
    return customer.id
