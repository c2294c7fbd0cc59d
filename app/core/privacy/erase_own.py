from dataclasses import dataclass
from uuid import UUID

from app.core.accounts import codes
from app.core.accounts.codes import CodeGiven
from app.core.errors import DomainError
from app.core.privacy import data_subject, erasure
from app.core.transaction import Refusal, Transaction


@dataclass(frozen=True)
class EraseOwn:
    customer_id: UUID
    given: CodeGiven


def erase_own(tx: Transaction, command: EraseOwn) -> UUID | Refusal[UUID]:
    """Forget her because she asks for it herself, against the code that came; the id of the erasure. Raises
    Conflict (wrong_state) while an order of hers waits: the same code is good once that is over."""
    who = codes.check(tx, command.given, "erase", command.customer_id)
    if isinstance(who, DomainError):
        return Refusal(who)
    return erasure.erase(tx, data_subject.of_customer(tx.session, command.customer_id))
