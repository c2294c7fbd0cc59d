"""Challenges: proofs that the caller gives once, within minutes, by a code or by a passkey."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, update

from app.core.accounts.models import Challenge
from app.core.transaction import Transaction

CHALLENGE_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True)
class IssuedChallenge:
    challenge_id: UUID
    """The caller sends it back with the proof: a caller who did not request the challenge cannot attempt it."""
    expires_at: datetime


class CodeTarget(NamedTuple):
    """The address that a code goes to, and the length of the code."""

    kind: str | None
    encrypted_address: bytes | None
    subject: str | None
    code_length: int | None


NO_CODE = CodeTarget(None, None, None, None)
"""For a challenge that a passkey meets."""


def issue(
    tx: Transaction,
    purpose: str,
    customer_id: UUID | None,
    locale: str = "",
    target: CodeTarget = NO_CODE,
) -> IssuedChallenge:
    expires_at = tx.now + CHALLENGE_LIFETIME
    challenge_id = tx.insert(
        Challenge,
        purpose=purpose,
        customer_id=customer_id,
        kind=target.kind,
        encrypted_address=target.encrypted_address,
        subject=target.subject,
        code_length=target.code_length,
        locale=locale,
        created_at=tx.now,
        expires_at=expires_at,
    )
    return IssuedChallenge(challenge_id, expires_at)


def complete(
    tx: Transaction, challenge_id: UUID, purpose: str, customer_id: UUID | None = None
) -> bool:
    """Use the challenge up; return False if it is not open. Of concurrent callers, one completes it."""
    completed = (
        update(Challenge)
        .where(*open_conditions(tx, challenge_id, purpose, customer_id))
        .values(used_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    return tx.session.connection().execute(completed).rowcount == 1


def open_conditions(
    tx: Transaction, challenge_id: UUID, purpose: str, customer_id: UUID | None
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a challenge that can still be met, by the customer it was issued to."""
    return (
        Challenge.id == challenge_id,
        Challenge.purpose == purpose,
        Challenge.customer_id.is_not_distinct_from(customer_id),
        Challenge.used_at.is_(None),
        Challenge.expires_at > tx.now,
    )
