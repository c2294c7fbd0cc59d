from dataclasses import dataclass
from uuid import UUID

from app.core.accounts import codes, contact_address, sessions
from app.core.accounts.codes import IssuedChallenge
from app.core.accounts.contact_address import ContactAddressInput
from app.core.customers import merged_customers
from app.core.errors import DomainError
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class RequestCode:
    address: ContactAddressInput
    purpose: str
    """sign_in or reset; add_address for who is signed in."""
    locale: str
    customer_id: UUID | None = None
    session_id: UUID | None = None
    """In which she asks for one more address; it must be a fresh one."""


def request_code(
    tx: Transaction, command: RequestCode
) -> IssuedChallenge | CommittedRefusal[IssuedChallenge]:
    """Send a code to an address.

    Whether there is an account is not even looked at here: the same answer, by the same statements, for all. The
    letter says it, and that only her mailbox tells her. Raises Forbidden for add_address in an old session.
    """
    if command.customer_id is not None and command.session_id is not None:
        merged_customers.lock(tx.session, command.customer_id)
        sessions.require_recent_sign_in(tx, command.session_id)
    who = contact_address.normalise(tx.ports.phones, command.address)
    asked = codes.issue(tx, command.purpose, who, command.locale, command.customer_id)
    return CommittedRefusal(asked) if isinstance(asked, DomainError) else asked
