"""One-time codes: what a person reads in a mail or a text message, and types where she asked for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.core import secret_labels
from app.core.accounts import attempt_limits
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.models import Challenge
from app.core.errors import DomainError, WrongCode
from app.core.model import AnyRow
from app.core.ports import Secrets
from app.core.transaction import Transaction

CHALLENGE_LIFETIME = timedelta(minutes=15)
LENGTH, LONGER = 6, 8
NO_ADDRESS: dict[str, Any] = {
    "kind": None, "sealed_address": None, "subject": None, "digits": None,
}  # fmt: skip


@dataclass(frozen=True)
class IssuedChallenge:
    challenge_id: UUID
    """To be sent back with the code: who did not ask cannot try."""
    expires_at: datetime


@dataclass(frozen=True)
class CodeInput:
    challenge_id: UUID
    code: str


def issue(
    tx: Transaction,
    purpose: str,
    reach: ContactAddress,
    locale: str,
    customer_id: UUID | None = None,
) -> IssuedChallenge | DomainError:
    """A new code on its way to the address, whoever has it. An error must be returned, so that the try counts."""
    subject = reach.subject(tx.ports.secrets)
    refused = attempt_limits.count_code_request(tx, subject)
    if refused is not None:
        return refused
    digits = LENGTH if attempt_limits.may_use_short_code(tx, subject) else LONGER
    sealed = tx.ports.secrets.encrypt(reach.value.encode())
    asked = begin(
        tx, purpose, customer_id, locale,
        kind=reach.kind, sealed_address=sealed, subject=subject, digits=digits,
    )  # fmt: skip
    tx.ports.jobs.enqueue(tx.session, "send_code", challenge_id=str(asked.challenge_id))
    return asked


def begin(
    tx: Transaction, purpose: str, customer_id: UUID | None, locale: str, **address: Any
) -> IssuedChallenge:
    """A challenge to be met within minutes; without an `address` it is one for a passkey."""
    expires_at = tx.now + CHALLENGE_LIFETIME
    challenge_id = tx.insert(
        "account_challenges",
        purpose=purpose, customer_id=customer_id, locale=locale, created_at=tx.now, expires_at=expires_at,
        **(NO_ADDRESS | address),
    )  # fmt: skip
    return IssuedChallenge(challenge_id, expires_at)


def verify(
    tx: Transaction, given: CodeInput, purpose: str, customer_id: UUID | None = None
) -> ContactAddress | DomainError:
    """Whose address it is that the right code came to. An error must be returned, so that the try counts.

    The budget's row is locked until the commit: tries at once come one after the other.
    """
    challenge = find(tx, given.challenge_id, purpose, customer_id)
    if challenge is None:
        return wrong()
    refused = attempt_limits.count_code_attempt(tx, challenge.id)
    if refused is not None:
        return refused
    right = derive(tx.ports.secrets, challenge)
    if not compare_digest(given.code.encode(), right.encode()) or not use(tx, challenge.id):
        return wrong()
    return address_of(tx.ports.secrets, challenge)


def find(
    tx: Transaction, challenge_id: UUID, purpose: str, customer_id: UUID | None
) -> AnyRow | None:
    """The challenge while it can be met, for whom it was made."""
    return tx.session.execute(
        select(
            Challenge.id, Challenge.kind, Challenge.encrypted_address, Challenge.code_length
        ).where(
            Challenge.id == challenge_id,
            Challenge.purpose == purpose,
            Challenge.customer_id.is_not_distinct_from(customer_id),
            Challenge.used_at.is_(None),
            Challenge.expires_at > tx.now,
        )
    ).first()


def use(tx: Transaction, challenge_id: UUID) -> bool:
    """Meet it, once."""
    met = (
        update(Challenge)
        .where(Challenge.id == challenge_id, Challenge.used_at.is_(None))
        .values(used_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    return tx.session.connection().execute(met).rowcount == 1


def derive(secrets: Secrets, challenge: Any) -> str:
    return secrets.digits(secret_labels.ACCOUNT, str(challenge.id), 0, challenge.digits)


def address_of(secrets: Secrets, challenge: Any) -> ContactAddress:
    return ContactAddress(challenge.kind, secrets.decrypt(challenge.sealed_address).decode())


def wrong() -> WrongCode:
    return WrongCode("This is not the code, or it is too old: check it, or ask for a new one.")
