from dataclasses import dataclass, field
from uuid import UUID

from app.core.accounts import attempt_limits, passwords, sessions
from app.core.customers import merged_customers
from app.core.errors import DomainError, Forbidden, Unauthorised
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class SetPassword:
    customer_id: UUID
    session_id: UUID
    current: str | None = field(repr=False)
    password: str = field(repr=False)


def set_password(tx: Transaction, command: SetPassword) -> CommittedRefusal[None] | None:
    """Set or change the password of the account in which she is signed in, and end her other sessions.

    Whoever finds an open session must not be able to keep it: the current password is asked for, or that she
    signed in just now.
    """
    merged_customers.lock(tx.session, command.customer_id)
    live = sessions.find_live(tx.session, command.session_id, tx.now)
    if live is None:
        raise Unauthorised("This session has ended: sign in again.")
    if not sessions.is_fresh(live, tx.now):
        refused = _not_she(tx, live.account_id, command.current)
        if refused is not None:
            return CommittedRefusal(refused)
    passwords.store(tx, live.account_id, command.password)
    sessions.end_all(tx, command.customer_id, but=command.session_id)
    return None


def _not_she(tx: Transaction, account_id: UUID, current: str | None) -> DomainError | None:
    subject = str(account_id)
    refused = attempt_limits.count_password_attempt(tx, subject)
    if refused is not None:
        return refused
    hashed = passwords.hash_of(tx, account_id)
    if not tx.ports.passwords.verify(hashed, current or ""):
        return Forbidden("This is not your password: check it, or sign in with a code first.")
    attempt_limits.reset_password_attempts(tx, subject)
    return None
