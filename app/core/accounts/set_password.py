from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from app.core.accounts import passwords, sessions, tries
from app.core.errors import DomainError, Forbidden
from app.core.transaction import Refusal, Transaction

FRESH = timedelta(minutes=15)
"""For so long after signing in she need not prove again who she is."""


@dataclass(frozen=True)
class SetPassword:
    customer_id: UUID
    session_id: UUID
    current: str | None = field(repr=False)
    password: str = field(repr=False)


def set_password(tx: Transaction, command: SetPassword) -> Refusal[None] | None:
    """Set or change the password, and end her other sessions.

    Whoever finds an open session must not be able to keep it: the current password is asked for, or that she
    signed in just now.
    """
    live = sessions.live(tx.session, command.session_id, tx.now)
    fresh = live is not None and tx.now - live.created_at <= FRESH
    if not fresh:
        refused = _not_she(tx, command)
        if refused is not None:
            return Refusal(refused)
    passwords.put(tx, command.customer_id, command.password)
    sessions.end_all(tx, command.customer_id, but=command.session_id)
    return None


def _not_she(tx: Transaction, command: SetPassword) -> DomainError | None:
    subject = str(command.customer_id)
    refused = tries.guess_a_password(tx, subject)
    if refused is not None:
        return refused
    hashed = passwords.of_customer(tx, command.customer_id)
    if not tx.ports.passwords.verify(hashed, command.current or ""):
        return Forbidden("This is not your password: check it, or sign in with a code first.")
    tries.password_was_right(tx, subject)
    return None
