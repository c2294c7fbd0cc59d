from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import secret_labels
from app.core.accounts import codes, sessions
from app.core.accounts.models import Passkey
from app.core.customers import merged_customers
from app.core.customers.models import Contact, Customer
from app.core.ports import Secrets
from app.core.transaction import Transaction


@dataclass(frozen=True)
class BeginPasskey:
    customer_id: UUID | None
    """Who is to have a new one; None to sign in with one."""
    session_id: UUID | None = None
    """In which she asks for a new one; it must be a fresh one."""


@dataclass(frozen=True)
class PasskeyChallenge:
    challenge_id: UUID
    options: dict[str, Any]
    """For navigator.credentials.create() or get()."""


def begin_passkey(tx: Transaction, command: BeginPasskey) -> PasskeyChallenge:
    """Ask the browser for a new passkey, or for one that is there. Raises Forbidden for a new one in an old
    session."""
    if command.customer_id is not None and command.session_id is not None:
        merged_customers.lock(tx.session, command.customer_id)
        sessions.require_recent_sign_in(tx, command.session_id)
    purpose = "add_passkey" if command.customer_id else "use_passkey"
    asked = codes.begin(tx, purpose, command.customer_id, "")
    challenge = challenge_of(tx.ports.secrets, asked.challenge_id)
    if command.customer_id is None:
        return PasskeyChallenge(asked.challenge_id, tx.ports.passkeys.request(challenge))
    known = tx.session.scalars(
        select(Passkey.credential_id).where(Passkey.customer_id == command.customer_id)
    ).all()
    name = _name(tx, command.customer_id)
    options = tx.ports.passkeys.creation(challenge, command.customer_id, name, known)
    return PasskeyChallenge(asked.challenge_id, options)


def challenge_of(secrets: Secrets, challenge_id: UUID) -> str:
    """What the authenticator signs. Derived, never stored."""
    return secrets.token(secret_labels.PASSKEY, str(challenge_id))


def _name(tx: Transaction, customer_id: UUID) -> str:
    """By which her device lists it."""
    contact = tx.session.execute(
        select(Contact.email, Contact.phone)
        .join(Customer, Customer.contact_id == Contact.id)
        .where(Customer.id == customer_id)
    ).one()
    return contact.email or contact.phone or "Your account"
