"""One-time codes that go to a contact address by email or text message."""

from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select

from app.core import secret_labels
from app.core.accounts import attempt_limits, challenges, contact_address, sessions
from app.core.accounts.challenges import CodeTarget, IssuedChallenge
from app.core.accounts.contact_address import ContactAddress, ContactAddressInput
from app.core.accounts.models import Challenge
from app.core.customers import merged_customers
from app.core.errors import DomainError, InvalidCode
from app.core.ports import Secrets
from app.core.transaction import CommittedRefusal, Transaction

LENGTH, LONG_LENGTH = 6, 8
"""Digits; `attempt_limits.SHORT_CODES_A_DAY` says when a code is long."""


@dataclass(frozen=True)
class RequestCode:
    address: ContactAddressInput
    purpose: str
    """sign_in or reset; add_address for a signed-in shopper."""
    locale: str
    customer_id: UUID | None = None
    session_id: UUID | None = None
    """The session in which a signed-in shopper adds an address. The sign-in must be recent."""


@dataclass(frozen=True)
class CodeInput:
    challenge_id: UUID
    code: str


def request_code(
    tx: Transaction, command: RequestCode
) -> IssuedChallenge | CommittedRefusal[IssuedChallenge]:
    """Send a code to an address.

    This never checks whether the address has an account: all addresses get the same answer by the same statements.
    Only the message tells, and only the owner of the mailbox reads it. Raises Forbidden for add_address if the
    sign-in is not recent.
    """
    if command.customer_id is not None and command.session_id is not None:
        merged_customers.lock(tx.session, command.customer_id)
        sessions.require_recent_sign_in(tx, command.session_id)
    address = contact_address.normalise(tx.ports.phones, command.address)
    issued = issue(tx, command.purpose, address, command.locale, command.customer_id)
    return CommittedRefusal(issued) if isinstance(issued, DomainError) else issued


def issue(
    tx: Transaction,
    purpose: str,
    address: ContactAddress,
    locale: str,
    customer_id: UUID | None = None,
) -> IssuedChallenge | DomainError:
    """Issue a challenge and queue its code for the address, known or unknown.

    The caller must return an error, not raise it: the commit counts the request.
    """
    subject = address.subject(tx.ports.secrets)
    error = attempt_limits.count_code_request(tx, subject)
    if error is not None:
        return error
    length = LENGTH if attempt_limits.may_use_short_code(tx, subject) else LONG_LENGTH
    encrypted = tx.ports.secrets.encrypt(address.value.encode())
    target = CodeTarget(address.kind, encrypted, subject, length)
    issued = challenges.issue(tx, purpose, customer_id, locale, target)
    tx.ports.jobs.enqueue(tx.session, "send_code", challenge_id=str(issued.challenge_id))
    return issued


def verify(
    tx: Transaction, submitted: CodeInput, purpose: str, customer_id: UUID | None = None
) -> ContactAddress | DomainError:
    """Return the address that the code was sent to, or an error if the code is wrong.

    The caller must return an error, not raise it: the commit counts the attempt. The rate limit's row stays locked
    until the commit, so concurrent attempts are checked one after the other.
    """
    open_conditions = challenges.open_conditions(tx, submitted.challenge_id, purpose, customer_id)
    challenge = tx.session.scalar(select(Challenge).where(*open_conditions))
    if challenge is None:
        return invalid_code()
    error = attempt_limits.count_code_attempt(tx, challenge.id)
    if error is not None:
        return error
    expected = derive(tx.ports.secrets, challenge)
    if not compare_digest(submitted.code.encode(), expected.encode()):
        return invalid_code()
    if not challenges.complete(tx, challenge.id, purpose, customer_id):
        return invalid_code()
    return address_of(tx.ports.secrets, challenge)


def derive(secrets: Secrets, challenge: Challenge) -> str:
    """Return the code of a challenge."""
    length = challenge.code_length
    assert length is not None, "a passkey's challenge has no code"  # noqa: S101
    return secrets.digits(secret_labels.ACCOUNT, str(challenge.id), 0, length)


def address_of(secrets: Secrets, challenge: Challenge) -> ContactAddress:
    """Return the address that the code of a challenge goes to."""
    kind, encrypted = challenge.kind, challenge.encrypted_address
    assert kind is not None, "a passkey's challenge has no address"  # noqa: S101
    assert encrypted is not None, "a challenge with a kind has an address"  # noqa: S101
    return ContactAddress(kind, secrets.decrypt(encrypted).decode())


def invalid_code() -> InvalidCode:
    return InvalidCode("This code is wrong or has expired. Check it, or request a new code.")
