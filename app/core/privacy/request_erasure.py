from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.accounts import codes
from app.core.accounts.challenges import IssuedChallenge
from app.core.accounts.contact_address import ContactAddress
from app.core.errors import DomainError, NotFound
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class RequestErasure:
    customer_id: UUID
    locale: str


def request_erasure(
    tx: Transaction, command: RequestErasure
) -> IssuedChallenge | CommittedRefusal[IssuedChallenge]:
    """Send a code to a verified address of the customer, by email if there is one.

    A person who finds an open session but cannot read the mailbox must not end the account. Raises NotFound if the
    customer has no verified address.
    """
    row = tx.session.execute(_VERIFIED_ADDRESS, {"customer": command.customer_id}).first()
    if row is None:
        raise NotFound("You have no verified address. Ask the shop to erase your data.")
    address = ContactAddress(row.kind, row.value)
    challenge = codes.issue(tx, "erase", address, command.locale, command.customer_id)
    return CommittedRefusal(challenge) if isinstance(challenge, DomainError) else challenge


_VERIFIED_ADDRESS = text("""
    SELECT kind, value FROM identities
    WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND kind IN ('email', 'phone')
        AND verified_at IS NOT NULL AND ended_at IS NULL
    ORDER BY kind = 'phone', verified_at DESC, id LIMIT 1
""")
