from dataclasses import dataclass
from uuid import UUID

from app.core.privacy import data_subject, erasure
from app.core.transaction import Transaction


@dataclass(frozen=True)
class EraseCustomer:
    customer_id: UUID


def erase_customer(tx: Transaction, command: EraseCustomer) -> UUID:
    """Forget a customer and all that was merged into her; the id of the erasure. Raises NotFound, Conflict."""
    data_subject.lock(tx.session, command.customer_id)
    return erasure.erase(tx, data_subject.load_by_customer(tx.session, command.customer_id))
