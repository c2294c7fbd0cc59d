"""The three ways to sign in: by code, by password, by passkey."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core.accounts import (
    attempt_limits,
    codes,
    contact_address,
    passkeys,
    passwords,
    sessions,
    verified_addresses,
)
from app.core.accounts.codes import CodeInput
from app.core.accounts.contact_address import ContactAddress, ContactAddressInput
from app.core.accounts.events import ACCOUNT_CREATED
from app.core.accounts.sessions import SignedIn, Visitor
from app.core.customers import contacts, identities
from app.core.customers.models import Customer
from app.core.errors import DomainError, Unauthorised
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class SignInByCode:
    code: CodeInput
    visitor: Visitor
    name: str
    """The name for a new account. An existing account keeps its name, and its password too."""
    password: str | None = field(repr=False)


@dataclass(frozen=True)
class SignInByPassword:
    address: ContactAddressInput
    password: str = field(repr=False)
    visitor: Visitor


@dataclass(frozen=True)
class SignInByPasskey:
    challenge_id: UUID
    credential: dict[str, Any]
    """The result of navigator.credentials.get()."""
    visitor: Visitor


def sign_in_by_code(
    tx: Transaction, command: SignInByCode
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Sign in the shopper who received the code; create an account if their address has none."""
    address = codes.verify(tx, command.code, "sign_in")
    if isinstance(address, DomainError):
        return CommittedRefusal(address)
    known = verified_addresses.customer_of(tx.session, address)
    customer_id = known or _create_account(tx, command, address)
    return sessions.start(tx, customer_id, command.visitor, new=known is None)


def sign_in_by_password(
    tx: Transaction, command: SignInByPassword
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Sign in by address and password.

    Known and unknown addresses take the same statements and one hash, so neither the answer nor its time tells
    them apart.

    1. Count an attempt, whether or not the address has an account.
    2. Verify the password; if there is none, against a hash that no password matches.
    3. Reset the attempts after a correct password.
    """
    address = contact_address.normalise(tx.ports.phones, command.address)
    subject = address.subject(tx.ports.secrets)
    error = attempt_limits.count_password_attempt(tx, subject)
    if error is not None:
        return CommittedRefusal(error)
    stored = passwords.find_by_address(tx, address)
    hashed = stored.hash if stored else None
    correct = tx.ports.passwords.verify(hashed, command.password)
    if stored is None or hashed is None or not correct:
        return CommittedRefusal(_wrong_password())
    if not passwords.lock_if_unchanged(tx, stored.customer_id, hashed):
        return CommittedRefusal(_wrong_password())
    attempt_limits.reset_password_attempts(tx, subject)
    return sessions.start(tx, stored.customer_id, command.visitor)


def sign_in_by_passkey(
    tx: Transaction, command: SignInByPasskey
) -> SignedIn | CommittedRefusal[SignedIn]:
    """Sign in the holder of a passkey. The first answer uses the challenge up, right or wrong."""
    customer_id = passkeys.verify(tx, command.challenge_id, command.credential)
    if isinstance(customer_id, DomainError):
        return CommittedRefusal(customer_id)
    return sessions.start(tx, customer_id, command.visitor)


def _create_account(tx: Transaction, command: SignInByCode, address: ContactAddress) -> UUID:
    contact_id = contacts.add(tx, command.name, **{address.kind: address.value})
    customer_id = tx.insert(
        Customer, contact_id=contact_id, locale=None, tags=[], created_at=tx.now
    )
    identities.add_verified(tx, customer_id, address.kind, address.value)
    tx.record(ACCOUNT_CREATED, {"by": address.kind}, customer_id=customer_id)
    tx.write()
    if command.password is not None:
        passwords.store(tx, customer_id, command.password)
    return customer_id


def _wrong_password() -> Unauthorised:
    return Unauthorised("The address or the password is wrong. Check both, or sign in with a code.")
