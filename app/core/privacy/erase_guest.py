from dataclasses import dataclass
from uuid import UUID

from app.core.errors import NotFound
from app.core.privacy import data_subject, erasure
from app.core.transaction import Transaction


@dataclass(frozen=True)
class EraseGuest:
    email: str


def erase_guest(tx: Transaction, command: EraseGuest) -> UUID:
    """Forget everybody with this address, guests and the customer whose it is; the id of the erasure. Whoever asks
    has shown that it is hers. Raises NotFound, Conflict."""
    for owner in data_subject.verified_owners(tx.session, command.email):
        data_subject.lock(tx.session, owner)
    found = data_subject.load_by_email(tx.session, command.email)
    if not (found.contacts or found.customers):
        raise NotFound("Nobody is known by this address: check it.")
    return erasure.erase(tx, found)
