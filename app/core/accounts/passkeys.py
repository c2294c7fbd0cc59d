"""Passkeys of an account (WebAuthn): begin, add, verify, remove."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, literal, select, update

from app.core import secret_labels
from app.core.accounts import challenges, sessions
from app.core.accounts.events import ACCOUNT_PASSKEY_ADDED, ACCOUNT_PASSKEY_REMOVED
from app.core.accounts.models import Passkey
from app.core.customers import merged_customers
from app.core.customers.models import Contact, Customer
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorised
from app.core.ports import InvalidPasskey, Secrets
from app.core.transaction import CommittedRefusal, Transaction

MAX_PASSKEYS = 20


@dataclass(frozen=True)
class BeginPasskey:
    customer_id: UUID | None
    """The customer who adds a passkey; None to sign in with one."""
    session_id: UUID | None = None
    """The session in which the customer adds it. The sign-in must be recent."""


@dataclass(frozen=True)
class PasskeyChallenge:
    challenge_id: UUID
    options: dict[str, Any]
    """For navigator.credentials.create() or get()."""


@dataclass(frozen=True)
class AddPasskey:
    customer_id: UUID
    challenge_id: UUID
    credential: dict[str, Any]
    """The result of navigator.credentials.create()."""
    name: str


@dataclass(frozen=True)
class RemovePasskey:
    customer_id: UUID
    passkey_id: UUID


def begin_passkey(tx: Transaction, command: BeginPasskey) -> PasskeyChallenge:
    """Issue the options by which the browser creates a passkey, or signs in with one.

    Raises Forbidden for a new passkey if the sign-in is not recent.
    """
    if command.customer_id is not None and command.session_id is not None:
        merged_customers.lock(tx.session, command.customer_id)
        sessions.require_recent_sign_in(tx, command.session_id)
    purpose = "add_passkey" if command.customer_id else "use_passkey"
    issued = challenges.issue(tx, purpose, command.customer_id)
    challenge = challenge_of(tx.ports.secrets, issued.challenge_id)
    if command.customer_id is None:
        return PasskeyChallenge(issued.challenge_id, tx.ports.passkeys.request_options(challenge))
    existing = tx.session.scalars(
        select(Passkey.credential_id).where(Passkey.customer_id == command.customer_id)
    ).all()
    name = _user_name(tx, command.customer_id)
    options = tx.ports.passkeys.creation_options(challenge, command.customer_id, name, existing)
    return PasskeyChallenge(issued.challenge_id, options)


def add_passkey(tx: Transaction, command: AddPasskey) -> UUID | CommittedRefusal[UUID]:
    """Store a passkey and return its id. An invalid credential uses its challenge up.

    Raises Forbidden if the challenge is not open, Invalid for too many passkeys, Conflict for one that is stored.
    """
    merged_customers.lock(tx.session, command.customer_id)
    if not challenges.complete(tx, command.challenge_id, "add_passkey", command.customer_id):
        raise _invalid_creation()
    challenge = challenge_of(tx.ports.secrets, command.challenge_id)
    try:
        created = tx.ports.passkeys.verify_creation(command.credential, challenge)
    except InvalidPasskey:
        return CommittedRefusal(_invalid_creation())
    _require_room(tx, command.customer_id)
    if tx.session.scalar(select(Passkey.id).where(Passkey.credential_id == created.credential_id)):
        raise Conflict(
            "This passkey is already stored. Use another authenticator.", "passkey_taken"
        )
    passkey_id = tx.insert(
        Passkey,
        customer_id=command.customer_id,
        credential_id=created.credential_id,
        public_key=created.public_key,
        sign_count=created.sign_count,
        name=command.name,
        created_at=tx.now,
    )
    tx.record(ACCOUNT_PASSKEY_ADDED, {}, customer_id=command.customer_id)
    return passkey_id


def remove_passkey(tx: Transaction, command: RemovePasskey) -> None:
    """Remove a passkey. Raises NotFound if the customer has no such passkey."""
    own_ids = merged_customers.select_ids(literal(command.customer_id))
    removed = tx.session.execute(
        delete(Passkey)
        .where(Passkey.id == command.passkey_id, Passkey.customer_id.in_(own_ids))
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    )
    if removed.first() is None:
        raise NotFound("You have no such passkey. List your passkeys again.")
    tx.record(ACCOUNT_PASSKEY_REMOVED, {}, customer_id=command.customer_id)


def verify(tx: Transaction, challenge_id: UUID, credential: dict[str, Any]) -> UUID | Unauthorised:
    """Return the customer whose passkey signed the challenge, and store the passkey's new count of signatures.

    The caller must return an error, not raise it: the commit uses the challenge up. Raises Unauthorised if the
    challenge is not open.
    """
    if not challenges.complete(tx, challenge_id, "use_passkey"):
        raise _unknown_passkey()
    try:
        return _verify_signature(tx, credential, challenge_of(tx.ports.secrets, challenge_id))
    except InvalidPasskey:
        return _unknown_passkey()


def _verify_signature(tx: Transaction, credential: dict[str, Any], challenge: str) -> UUID:
    """Raises InvalidPasskey."""
    credential_id = tx.ports.passkeys.credential_id(credential)
    passkey = tx.session.execute(
        select(Passkey.id, Passkey.customer_id, Passkey.public_key, Passkey.sign_count)
        .where(Passkey.credential_id == credential_id)
        .with_for_update()
    ).first()
    if passkey is None:
        raise InvalidPasskey
    sign_count = tx.ports.passkeys.verify_use(
        credential, challenge, bytes(passkey.public_key), passkey.sign_count
    )
    used = update(Passkey).where(Passkey.id == passkey.id)
    tx.session.execute(used.values(sign_count=sign_count, used_at=tx.now))
    customer_id: UUID = passkey.customer_id
    return customer_id


def _require_room(tx: Transaction, customer_id: UUID) -> None:
    count = tx.session.scalar(select(func.count()).where(Passkey.customer_id == customer_id))
    if (count or 0) >= MAX_PASSKEYS:
        raise Invalid(f"An account can have {MAX_PASSKEYS} passkeys. Remove one first.")


def challenge_of(secrets: Secrets, challenge_id: UUID) -> str:
    """Return the text that the authenticator signs. It is derived, never stored."""
    return secrets.token(secret_labels.PASSKEY, str(challenge_id))


def _user_name(tx: Transaction, customer_id: UUID) -> str:
    """Return the name by which the customer's device lists the passkey."""
    contact = tx.session.execute(
        select(Contact.email, Contact.phone)
        .join(Customer, Customer.contact_id == Contact.id)
        .where(Customer.id == customer_id)
    ).one()
    return contact.email or contact.phone or "Your account"


def _invalid_creation() -> Forbidden:
    return Forbidden("This passkey could not be verified. Begin again.")


def _unknown_passkey() -> Unauthorised:
    return Unauthorised(
        "This passkey is unknown here, or its challenge has expired. Sign in another way."
    )
