"""One-time codes with which a customer pays with their store credit at a counter.

The code proves the account at that moment. A pickup code is no such proof: a pickup person has it too, and an
order can carry the address of another person.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import rate_limits, secret_labels
from app.core.customers import merged_customers
from app.core.errors import DomainError, InvalidCode, TooManyAttempts
from app.core.ids import new_id
from app.core.model import Base, Id, reference
from app.core.transaction import Transaction

LIFETIME = timedelta(minutes=10)
DIGITS = 10
"""A till may try 10 codes in 15 minutes: one of 10 billion with a few open codes cannot be guessed."""
PURPOSE = "store_credit_code"
ATTEMPTS, WINDOW = 10, timedelta(minutes=15)


class StoreCreditCode(Base):
    __tablename__ = "store_credit_codes"
    __table_args__ = (Index("store_credit_codes_expires_idx", "expires_at"),)

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    """A keyed hash. The code is derived from the id and not stored."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass(frozen=True)
class CreateStoreCreditCode:
    customer_id: UUID


@dataclass(frozen=True)
class IssuedCode:
    code: str = field(repr=False)
    """Digits, to type or to scan from a QR code."""
    expires_at: datetime


def create_store_credit_code(tx: Transaction, command: CreateStoreCreditCode) -> IssuedCode:
    """Return a new code for the signed-in customer. Raises NotFound if they were erased."""
    merged_customers.lock(tx.session, command.customer_id)
    code_id, expires_at = new_id(), tx.now + LIFETIME
    code = tx.ports.secrets.digits(secret_labels.STORE_CREDIT_CODE, str(code_id), 0, DIGITS)
    tx.insert(
        StoreCreditCode,
        id=code_id, customer_id=command.customer_id, code_hash=_hash(tx, code), created_at=tx.now,
        expires_at=expires_at, used_at=None,
    )  # fmt: skip
    return IssuedCode(code, expires_at)


def redeem(tx: Transaction, code: str) -> UUID | DomainError:
    """Use a code up, and return its customer. Return the refusal of a wrong code, so that the caller commits the
    attempt."""
    subject = str(tx.actor.device_id)
    if not rate_limits.consume(
        tx.session, PURPOSE, subject, limit=ATTEMPTS, window=WINDOW, now=tx.now
    ):
        seconds = int(WINDOW.total_seconds())
        return TooManyAttempts(
            "Too many wrong codes at this till: wait a while.", retry_after=seconds
        )
    values = {"hash": _hash(tx, code), "now": tx.now}
    customer_id: UUID | None = tx.session.execute(_REDEEM, values).scalar()
    if customer_id is None:
        return InvalidCode(
            "This code is wrong, used or expired: the customer gets a new one in their account."
        )
    rate_limits.reset(tx.session, PURPOSE, subject)
    return customer_id


def _hash(tx: Transaction, code: str) -> str:
    return tx.ports.secrets.token(secret_labels.STORE_CREDIT_CODE_HASH, code.strip())


_REDEEM = text("""
    UPDATE store_credit_codes SET used_at = :now
    WHERE code_hash = :hash AND used_at IS NULL AND expires_at > :now RETURNING customer_id
""")
