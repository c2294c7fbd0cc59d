"""What the core needs from outside, as Protocols. `app/adapters` implements them, `tests/fakes/ports.py` fakes
them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.provider import PaymentProvider


class JobQueue(Protocol):
    def enqueue(self, session: Session, name: str, **ids: str) -> None:
        """Queue a job in the session's own transaction: it exists only if the transaction commits."""
        ...


class Secrets(Protocol):
    """Codes and tokens are derived from our ids and one secret key: nothing to store, nothing to leak."""

    def token(self, purpose: str, subject: str) -> str:
        """128 bits, URL-safe."""
        ...

    def digits(self, purpose: str, subject: str, number: int, length: int) -> str:
        """A code of `length` decimal digits, the `number`-th for its subject."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes that only this shop can make, and anybody with its public key can check: Ed25519, RFC 8032."""
        ...

    def is_signed(self, message: bytes, signature: bytes) -> bool: ...

    def public_key(self) -> bytes:
        """32 bytes."""
        ...

    def encrypt(self, plain: bytes) -> bytes: ...

    def decrypt(self, sealed: bytes) -> bytes: ...


class Passwords(Protocol):
    """Passwords and PINs, kept so that whoever reads the database cannot use them."""

    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password. None, where there is no account, takes as long and is False."""
        ...


class Totp(Protocol):
    """Codes of six digits that a person's phone makes every half minute from a secret: RFC 6238."""

    def new_secret(self) -> str: ...

    def address(self, secret: str, name: str) -> str:
        """The otpauth:// address that a phone takes the secret from, mostly as a QR code."""
        ...

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The half minute that the code is of, one before and one after now included; None for no code of it."""
        ...


@dataclass(frozen=True)
class ChainHead:
    """The end of the sealed chain at some moment."""

    position: int
    hash: bytes


class Witness(Protocol):
    """Keeps heads of the chain where who can change our database cannot: a cut-off tail is then missed."""

    def keep(self, head: ChainHead) -> None:
        """Keep it; the same as last time may be left out."""
        ...

    def heads(self) -> Iterator[ChainHead]:
        """What was kept, the oldest first; some witnesses know only the last. Raises OSError where it is away."""
        ...


@dataclass(frozen=True)
class OutgoingMessage:
    """A message to one address. `facts` are the template's variables."""

    id: UUID
    template: str
    locale: str
    to_name: str | None
    to_address: str
    """An email address, or a phone number in E.164, by `contact_channel`."""
    facts: dict[str, Any]
    masked: tuple[str, ...] = ()
    """The facts that are masked when the message is stored."""
    contact_channel: str = "email"
    """The key of the MessageChannel in `Ports.channels`."""


class Undeliverable(Exception):
    """The address cannot receive messages; a retry cannot help."""


class MessageChannel(Protocol):
    """One way to reach a person: email, text message."""

    def render(self, message: OutgoingMessage) -> str:
        """Return the text as it may be stored, with masked facts hidden."""
        ...

    def send(self, message: OutgoingMessage) -> None:
        """Deliver the message. A repeat with the same id is harmless: the receiver sees one message.

        Raises Undeliverable if the address cannot receive it. After any other error, a retry may succeed.
        """
        ...

    def delete(self, ids: Sequence[UUID]) -> None:
        """Delete the copies that this channel keeps on our side. A copy at a mail server is out of reach."""
        ...


class PhoneNumbers(Protocol):
    def normal(self, number: str) -> str | None:
        """E.164 of a number as people write it; None where it can be no number."""
        ...


class VatNumbers(Protocol):
    def normal(self, country: str, number: str) -> str | None:
        """The number as documents show it, with its country before it, of one as people write it; None where it
        can be no VAT number of that country (ISO 3166-1). Whether anybody has it only the country knows."""
        ...


class PdfRenderer(Protocol):
    def render(self, content: Mapping[str, Any], buyer: Mapping[str, str | None]) -> bytes:
        """The pages of a document, by what `papers.content` says and who bought: always the same bytes for the
        same."""
        ...


@dataclass(frozen=True)
class NewPasskey:
    credential_id: bytes
    public_key: bytes
    sign_count: int


class InvalidPasskey(Exception):
    """It does not prove what it should."""


class Passkeys(Protocol):
    """WebAuthn level 2: what the browser's navigator.credentials takes and gives, as JSON."""

    def creation(
        self, challenge: str, person: UUID, name: str, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """Options for `create()`: a passkey for a person, on a device that holds none of the known ones."""
        ...

    def created(self, credential: dict[str, Any], challenge: str) -> NewPasskey:
        """What `create()` gave. Raises WrongPasskey."""
        ...

    def request(self, challenge: str) -> dict[str, Any]:
        """Options for `get()`: any passkey of ours."""
        ...

    def credential_id(self, credential: dict[str, Any]) -> bytes:
        """Which passkey `get()` used. Raises WrongPasskey where it is none."""
        ...

    def used(
        self, credential: dict[str, Any], challenge: str, public_key: bytes, sign_count: int
    ) -> int:
        """The new count of signatures, after what `get()` gave was verified. Raises WrongPasskey."""
        ...


@dataclass(frozen=True)
class Ports:
    """Everything outside, in one bundle that the composition root fills."""

    clock: Clock
    jobs: JobQueue
    secrets: Secrets
    passwords: Passwords
    channels: Mapping[str, MessageChannel]
    """By contact channel."""
    totp: Totp
    witness: Witness
    phones: PhoneNumbers
    passkeys: Passkeys
    provider: PaymentProvider
    vat_numbers: VatNumbers
    pdf_renderer: PdfRenderer
    site: str = "http://localhost:8000"
    """The address of our own pages."""
