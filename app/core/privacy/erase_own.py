from dataclasses import dataclass
from uuid import UUID

from app.core.accounts import codes
from app.core.accounts.codes import CodeInput
from app.core.errors import DomainError
from app.core.privacy import data_subject, erasure
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class EraseOwnData:
    customer_id: UUID
    given: CodeInput


def erase_own_data(tx: Transaction, command: EraseOwnData) -> UUID | CommittedRefusal[UUID]:
    """Forget her because she asks for it herself, against the code that came; the id of the erasure. Raises
    Conflict (invalid_state) while an order of hers waits: the same code is good once that is over."""
    who = codes.verify(tx, command.given, "erase", command.customer_id)
    if isinstance(who, DomainError):
        return CommittedRefusal(who)
    return erasure.erase(tx, data_subject.load_by_customer(tx.session, command.customer_id))
