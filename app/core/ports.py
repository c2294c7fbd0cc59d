"""What the core needs from outside, as Protocols. `app/adapters` implements them; tests have fakes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.provider import PaymentProvider


class JobQueue(Protocol):
    def enqueue(self, session: Session, name: str, **ids: str) -> None:
        """Queue a job in the session's transaction: the job exists only if the transaction commits."""
        ...


class Secrets(Protocol):
    """Codes and tokens are derived from our ids and one secret key, so none is stored."""

    def token(self, purpose: str, subject: str) -> str:
        """Return a token of 128 bits, URL-safe."""
        ...

    def digits(self, purpose: str, subject: str, number: int, length: int) -> str:
        """Return a code of `length` decimal digits, the `number`-th for its subject."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return a signature of 64 bytes, which can be checked with the public key: Ed25519, RFC 8032."""
        ...

    def is_signed(self, message: bytes, signature: bytes) -> bool: ...

    def public_key(self) -> bytes:
        """Return the 32 bytes that check a signature."""
        ...

    def encrypt(self, plain: bytes) -> bytes: ...

    def decrypt(self, encrypted: bytes) -> bytes: ...


class Passwords(Protocol):
    """Hashes of passwords and PINs: a reader of the database cannot use them."""

    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Return True if the password matches. With `hashed=None` (no account) it takes as long and returns
        False."""
        ...


class Totp(Protocol):
    """Codes of six digits that a phone makes every 30 seconds from a secret: RFC 6238."""

    def new_secret(self) -> str: ...

    def provisioning_uri(self, secret: str, name: str) -> str:
        """Return the otpauth:// address of the secret, which a phone reads, usually as a QR code."""
        ...

    def time_step(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the number of the 30 seconds that the code belongs to: now, one before or one after. Otherwise
        None."""
        ...


@dataclass(frozen=True)
class ChainHead:
    """The end of the sealed chain at a moment."""

    position: int
    hash: bytes


class Witness(Protocol):
    """Keeps heads of the chain in a place that a writer of our database cannot change, so a cut-off tail is
    noticed."""

    def keep(self, head: ChainHead) -> None:
        """Keep a head. An implementation may leave out a repeat of the last one."""
        ...

    def heads(self) -> Iterator[ChainHead]:
        """Yield the heads, oldest first; some witnesses know only the last one. Raises OSError if it does not
        answer."""
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
    def normalise(self, number: str, country: str | None = None) -> str | None:
        """Return the E.164 form of a number as people write it; None if it cannot be a number.

        `country` is that of the store (ISO 3166-1). It says how to read a number without a country code; None: the
        country of the shop does.
        """
        ...


class VatNumbers(Protocol):
    def normalise(self, country: str, number: str) -> str | None:
        """Return the number as documents show it, with the country (ISO 3166-1) in front.

        None if it cannot be a VAT number of that country. Only the country knows whether the number is in use.
        """
        ...


class PdfRenderer(Protocol):
    def render(self, content: Mapping[str, Any], buyer: Mapping[str, str | None]) -> bytes:
        """Return the pages of a document with the content of `invoicing.content`, for the buyer.

        Equal input gives equal bytes.
        """
        ...


@dataclass(frozen=True)
class NewPasskey:
    credential_id: bytes
    public_key: bytes
    sign_count: int


class InvalidPasskey(Exception):
    """The passkey does not prove what it must."""


class Passkeys(Protocol):
    """WebAuthn level 2: the arguments and results of the browser's navigator.credentials, as JSON."""

    def creation_options(
        self, challenge: str, person: UUID, name: str, known: Sequence[bytes]
    ) -> dict[str, Any]:
        """Return options for `create()`: a passkey for a person, on a device without one of the known passkeys."""
        ...

    def verify_creation(self, credential: dict[str, Any], challenge: str) -> NewPasskey:
        """Return the passkey that `create()` made. Raises InvalidPasskey."""
        ...

    def request_options(self, challenge: str) -> dict[str, Any]:
        """Return options for `get()`: any passkey of the shop."""
        ...

    def credential_id(self, credential: dict[str, Any]) -> bytes:
        """Return the id of the passkey that `get()` used. Raises InvalidPasskey if there is none."""
        ...

    def verify_use(
        self, credential: dict[str, Any], challenge: str, public_key: bytes, sign_count: int
    ) -> int:
        """Verify the result of `get()` and return the new count of signatures. Raises InvalidPasskey."""
        ...


@dataclass(frozen=True)
class Ports:
    """All ports in one bundle, which the composition root fills."""

    clock: Clock
    jobs: JobQueue
    secrets: Secrets
    passwords: Passwords
    channels: Mapping[str, MessageChannel]
    """The message channels by contact channel."""
    totp: Totp
    witness: Witness
    phones: PhoneNumbers
    passkeys: Passkeys
    provider: PaymentProvider
    vat_numbers: VatNumbers
    pdf_renderer: PdfRenderer
    site: str = "http://localhost:8000"
    """The address of the shop's pages."""
    cash_rounding: Mapping[str, int] = field(default_factory=dict)
    """The steps of cash that the setting gives to countries, in minor units."""
