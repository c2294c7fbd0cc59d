"""Customers' passwords: store and look up, set in a session, reset by a code."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.accounts import attempt_limits, codes, sessions, verified_addresses
from app.core.accounts.codes import CodeInput
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.events import ACCOUNT_PASSWORD_SET
from app.core.accounts.models import Password
from app.core.accounts.sessions import SignedIn, Visitor
from app.core.customers import merged_customers
from app.core.customers.models import Identity
from app.core.errors import DomainError, Forbidden
from app.core.transaction import CommittedRefusal, Transaction

MIN_LENGTH, MAX_LENGTH = 10, 200
"""Characters. Only the length counts (NIST SP 800-63B, section 5.1.1.2): there is no other rule."""


class StoredPassword(NamedTuple):
    customer_id: UUID
    hash: str | None
    """None if the customer has no password."""


@dataclass(frozen=True)
class SetPassword:
    customer_id: UUID
    session_id: UUID
    current: str | None = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class ResetPassword:
    code: CodeInput
    password: str = field(repr=False)
    visitor: Visitor


def set_password(tx: Transaction, command: SetPassword) -> CommittedRefusal[None] | None:
    """Set or change the password of the account that the session is signed in to, and end all other sessions.

    A person who finds an open session must not be able to take the account over. So this requires a recent sign-in
    or the current password.
    """
    merged_customers.lock(tx.session, command.customer_id)
    session = sessions.require_live(tx, command.session_id)
    if not session.is_recent(tx.now):
        error = _check_current(tx, session.account_id, command.current)
        if error is not None:
            return CommittedRefusal(error)
    store(tx, session.account_id, command.password)
    sessions.end_all(tx, command.customer_id, except_id=command.session_id)
    return None


def reset_password(
    tx: Transaction, command: ResetPassword
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Set a new password by a code, end all sessions, and start one here."""
    address = codes.verify(tx, command.code, "reset")
    if isinstance(address, DomainError):
        return CommittedRefusal(address)
    customer_id = verified_addresses.customer_of(tx.session, address)
    if (
        customer_id is None
    ):  # No code was sent to an address without an account: this one was guessed.
        return CommittedRefusal(codes.invalid_code())
    store(tx, customer_id, command.password)
    attempt_limits.reset_password_attempts(tx, address.subject(tx.ports.secrets))
    sessions.end_all(tx, customer_id)
    return sessions.start(tx, customer_id, command.visitor)


def store(tx: Transaction, customer_id: UUID, password: str) -> None:
    """Set or replace the password."""
    new = insert(Password).values(
        customer_id=customer_id, hash=tx.ports.passwords.hash(password), changed_at=tx.now
    )
    tx.session.execute(
        new.on_conflict_do_update(
            index_elements=[Password.customer_id],
            set_={"hash": new.excluded.hash, "changed_at": new.excluded.changed_at},
        )
    )
    tx.record(ACCOUNT_PASSWORD_SET, {}, customer_id=customer_id)


def find_by_address(tx: Transaction, address: ContactAddress) -> StoredPassword | None:
    """Return the customer and password of an address. Known and unknown addresses take the same one statement."""
    row = tx.session.execute(
        select(Identity.customer_id, Password.hash)
        .outerjoin(Password, Password.customer_id == Identity.customer_id)
        .where(*verified_addresses.identity_conditions(address))
    ).first()
    return StoredPassword(*row) if row else None


def lock_if_unchanged(tx: Transaction, customer_id: UUID, hashed: str) -> bool:
    """Return whether the verified password is still the stored one, and keep it so until the transaction ends.

    A concurrent change of the password waits, and then ends the session that this transaction starts.
    """
    unchanged = select(Password.customer_id).where(
        Password.customer_id == customer_id, Password.hash == hashed
    )
    return tx.session.scalar(unchanged.with_for_update(read=True)) is not None


def _check_current(tx: Transaction, account_id: UUID, current: str | None) -> DomainError | None:
    subject = str(account_id)
    error = attempt_limits.count_password_attempt(tx, subject)
    if error is not None:
        return error
    hashed = tx.session.scalar(select(Password.hash).where(Password.customer_id == account_id))
    if not tx.ports.passwords.verify(hashed, current or ""):
        return Forbidden("The current password is wrong. Check it, or sign in with a code first.")
    attempt_limits.reset_password_attempts(tx, subject)
    return None
