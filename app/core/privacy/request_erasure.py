from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.accounts import codes
from app.core.accounts.codes import IssuedChallenge
from app.core.accounts.contact_address import ContactAddress
from app.core.errors import DomainError, NotFound
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class AskErasure:
    customer_id: UUID
    locale: str


def ask_erasure(
    tx: Transaction, command: AskErasure
) -> IssuedChallenge | CommittedRefusal[IssuedChallenge]:
    """Send a code to an address that is known to be hers, by mail where there is one: whoever found her signed in
    somewhere, and has not her mailbox, must not end her account. Raises NotFound where none is known."""
    row = tx.session.execute(_REACH, {"customer": command.customer_id}).first()
    if row is None:
        raise NotFound("No address of yours is verified: ask the shop to forget you.")
    reach = ContactAddress(row.kind, row.value)
    asked = codes.issue(tx, "erase", reach, command.locale, command.customer_id)
    return CommittedRefusal(asked) if isinstance(asked, DomainError) else asked


_REACH = text("""
    SELECT kind, value FROM identities
    WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND kind IN ('email', 'phone')
        AND verified_at IS NOT NULL AND ended_at IS NULL
    ORDER BY kind = 'phone', verified_at DESC, id LIMIT 1
""")
