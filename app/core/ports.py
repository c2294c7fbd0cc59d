"""What the core needs from outside, as Protocols. `app/adapters` implements them, `tests/fakes.py` fakes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.clock import Clock


class Jobs(Protocol):
    def put(self, session: Session, name: str, **ids: str) -> None:
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

    def encrypt(self, plain: bytes) -> bytes: ...

    def decrypt(self, sealed: bytes) -> bytes: ...


class Passwords(Protocol):
    """Passwords and PINs, kept so that whoever reads the database cannot use them."""

    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password. None, where there is no account, takes as long and is False."""
        ...


@dataclass(frozen=True)
class Letter:
    """What to tell whom. `facts` are the template's variables; those in `secret` are masked when stored."""

    id: UUID
    template: str
    locale: str
    to_name: str | None
    to_address: str
    facts: dict[str, Any]
    secret: tuple[str, ...] = ()


class Undeliverable(Exception):
    """No further try will bring the letter to this address."""


class Postman(Protocol):
    def text(self, letter: Letter) -> str:
        """The letter's words as they may be stored: secrets masked."""
        ...

    def send(self, letter: Letter) -> None:
        """Deliver. Repeating it with the same id is harmless: receivers see one message.

        Raises Undeliverable where the address is none; anything else may be tried again.
        """
        ...

    def forget(self, ids: Sequence[UUID]) -> None:
        """Remove what is kept here of the letters with these ids. What was handed to a mail server is gone."""
        ...


@dataclass(frozen=True)
class Ports:
    """Everything outside, in one bundle that the composition root fills."""

    clock: Clock
    jobs: Jobs
    secrets: Secrets
    passwords: Passwords
    postman: Postman
