"""Sign-ins of users: by password and a code of the authenticator."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.core import rate_limits, secret_labels
from app.core.access.events import USER_SIGNED_IN, USER_SIGNED_OUT
from app.core.access.keys import key_hash, new_key
from app.core.access.users.models import User, UserSession
from app.core.errors import DomainError, NotFound, TooManyAttempts, Unauthorised
from app.core.transaction import CommittedRefusal, Transaction

SESSION_LIFETIME = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
ATTEMPTS_FROM_ADDRESS, ATTEMPTS = 10, 50
"""For one account in a window: from one network address, and from all together. So a stranger who guesses from one
address does not lock the owner out at another."""
SESSION_TOKEN_PREFIX = "u."  # noqa: S105 - a prefix, no token
"""Tells a session's token from an API key without a look-up of both."""


@dataclass(frozen=True)
class SignInUser:
    email: str
    ip_address: str
    """The network address of the caller."""
    password: str = field(repr=False)
    code: str = field(repr=False)
    """Six digits of the authenticator."""


@dataclass(frozen=True)
class UserSignedIn:
    name: str
    roles: list[str]
    expires_at: datetime
    token: str = field(repr=False)


def sign_in_user(
    tx: Transaction, command: SignInUser
) -> UserSignedIn | CommittedRefusal[UserSignedIn]:
    """Sign a user in by password and code. Returns the refusal of a wrong one, so that the attempt counts.

    1. Consume an attempt of the account, by its e-mail address. An unknown address counts the same.
    2. Check password and code, in the same time and words whatever is wrong.
    3. Use the code up by one conditional UPDATE: of two callers who send it, one is signed in.
    """
    account = tx.ports.secrets.token(secret_labels.USER, command.email.lower())
    refusal = _consume_attempts(tx, account, command.ip_address)
    if refusal is not None:
        return CommittedRefusal(refusal)
    user = _verify(tx, command)
    if user is None:
        return CommittedRefusal(Unauthorised("E-mail, password or code is wrong: try again."))
    for purpose, subject in _subjects(tx, account, command.ip_address):
        rate_limits.reset(tx.session, purpose, subject)
    return _start_session(tx, user)


@dataclass(frozen=True)
class EndSession:
    session_id: UUID


def end_session(tx: Transaction, command: EndSession) -> None:
    """End one of the caller's own sign-ins, at this or another computer. Raises NotFound."""
    ended = tx.session.execute(
        update(UserSession)
        .where(
            UserSession.id == command.session_id,
            UserSession.user_id == tx.actor.id,
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
        .returning(UserSession.id)
    )
    if ended.first() is None:
        raise NotFound("You have no such session: look for its id in the list.")
    tx.record(USER_SIGNED_OUT, {"user_id": tx.actor.id, "session_id": command.session_id})


def end_all(tx: Transaction, user_id: UUID) -> None:
    """End all sign-ins of a user."""
    tx.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=tx.now)
    )


def _subjects(tx: Transaction, account: str, ip_address: str) -> tuple[tuple[str, str], ...]:
    at_address = tx.ports.secrets.token(secret_labels.USER_AT, f"{account}:{ip_address}")
    return ("user from address", at_address), ("user", account)


def _consume_attempts(tx: Transaction, account: str, ip_address: str) -> DomainError | None:
    limits = (ATTEMPTS_FROM_ADDRESS, ATTEMPTS)
    for (purpose, subject), limit in zip(_subjects(tx, account, ip_address), limits, strict=True):
        if not rate_limits.consume(
            tx.session, purpose, subject, limit=limit, window=WINDOW, now=tx.now
        ):
            return TooManyAttempts(
                "Too many attempts: wait 15 minutes.", retry_after=int(WINDOW.total_seconds())
            )
    return None


def _verify(tx: Transaction, command: SignInUser) -> User | None:
    """Return the user if password and code are correct, and use the code up."""
    found = select(User).where(User.email == command.email.lower(), User.disabled_at.is_(None))
    user = tx.session.scalar(found)
    correct = tx.ports.passwords.verify(user.password_hash if user else None, command.password)
    if user is None or not correct or user.totp_secret is None:
        return None
    secret = tx.ports.secrets.decrypt(user.totp_secret).decode()
    step = tx.ports.totp.time_step(secret, command.code, tx.now)
    return user if step is not None and _use_up(tx, user, step) else None


def _use_up(tx: Transaction, user: User, step: int) -> bool:
    """Return False if password or authenticator were replaced, or the user was disabled, during the check."""
    used = tx.session.execute(
        update(User)
        .where(
            User.id == user.id,
            User.password_hash == user.password_hash,
            User.totp_secret == user.totp_secret,
            User.disabled_at.is_(None),
            User.totp_step.is_(None) | (User.totp_step < step),
        )
        .values(totp_step=step, invitation_hash=None)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None


def _start_session(tx: Transaction, user: User) -> UserSignedIn:
    token, expires_at = SESSION_TOKEN_PREFIX + new_key(), tx.now + SESSION_LIFETIME
    session_id = tx.insert(
        UserSession,
        user_id=user.id, token_hash=key_hash(token), created_at=tx.now, expires_at=expires_at,
    )  # fmt: skip
    tx.actor = replace(tx.actor, id=user.id, role="+".join(user.roles))
    tx.record(USER_SIGNED_IN, {"user_id": user.id, "session_id": session_id})
    return UserSignedIn(user.name, list(user.roles), expires_at, token)
