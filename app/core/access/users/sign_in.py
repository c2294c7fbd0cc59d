from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.core import rate_limits, secret_labels
from app.core.access.events import USER_SIGNED_IN
from app.core.access.keys import key_hash, new_key
from app.core.access.users.models import User
from app.core.errors import DomainError, TooManyAttempts, Unauthorised
from app.core.transaction import CommittedRefusal, Transaction

SESSION_LIFETIME = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
ATTEMPTS_FROM_ADDRESS, ATTEMPTS = 10, 50
"""At one account in a window: from one network address, and from all together, so that a stranger who tries from
one place does not keep the owner out at hers."""
SESSION_TOKEN_PREFIX = "u."
"""By which a session's token is told from an API key, without looking for it twice."""


@dataclass(frozen=True)
class SignInUser:
    email: str
    ip_address: str
    """The network address from which she asks."""
    password: str = field(repr=False)
    code: str = field(repr=False)
    """Six digits of her phone."""


@dataclass(frozen=True)
class UserSignedIn:
    name: str
    roles: list[str]
    expires_at: datetime
    token: str = field(repr=False)


def sign_in_user(
    tx: Transaction, command: SignInUser
) -> UserSignedIn | CommittedRefusal[UserSignedIn]:
    """Let a user in by password and code. Returns the refusal of a wrong one, so that the try counts.

    1. Take a try of the account, by its e-mail alone: one that nobody has is counted the same.
    2. Judge password and code, in the same time and words for all that can be wrong.
    3. Use the code up by one conditional UPDATE: of two who send it, one is let in.
    """
    account = tx.ports.secrets.token(secret_labels.USER, command.email.lower())
    refusal = _spend(tx, account, command.ip_address)
    if refusal is not None:
        return CommittedRefusal(refusal)
    user = _judged(tx, command)
    if user is None:
        return CommittedRefusal(Unauthorised("E-mail, password or code is wrong: try again."))
    for purpose, subject in _subjects(tx, account, command.ip_address):
        rate_limits.reset(tx.session, purpose, subject)
    return _let_in(tx, user)


def _subjects(tx: Transaction, account: str, address: str) -> tuple[tuple[str, str], ...]:
    there = tx.ports.secrets.token(secret_labels.USER_AT, f"{account}:{address}")
    return ("user from address", there), ("user", account)


def _spend(tx: Transaction, account: str, address: str) -> DomainError | None:
    limits = (ATTEMPTS_FROM_ADDRESS, ATTEMPTS)
    for (purpose, subject), limit in zip(_subjects(tx, account, address), limits, strict=True):
        if not rate_limits.consume(
            tx.session, purpose, subject, limit=limit, window=WINDOW, now=tx.now
        ):
            return TooManyAttempts(
                "Too many tries: wait 15 minutes.", retry_after=int(WINDOW.total_seconds())
            )
    return None


def _judged(tx: Transaction, command: SignInUser) -> User | None:
    """The user, where all is right."""
    found = select(User).where(User.email == command.email.lower(), User.disabled_at.is_(None))
    user = tx.session.scalar(found)
    right = tx.ports.passwords.verify(user.password_hash if user else None, command.password)
    if user is None or not right or user.totp_secret is None:
        return None
    secret = tx.ports.secrets.decrypt(user.totp_secret).decode()
    step = tx.ports.totp.step(secret, command.code, tx.now)
    return user if step is not None and _use_up(tx, user, step) else None


def _use_up(tx: Transaction, user: User, step: int) -> bool:
    """False where password or phone were replaced, or she was let go, while they were judged."""
    used = tx.session.execute(
        update(User)
        .where(
            User.id == user.id,
            User.password_hash == user.password_hash,
            User.totp_secret == user.totp_secret,
            User.disabled_at.is_(None),
            User.totp_step.is_(None) | (User.totp_step < step),
        )
        .values(code_step=step, invitation_hash=None)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    return used.first() is not None


def _let_in(tx: Transaction, user: User) -> UserSignedIn:
    token, expires_at = SESSION_TOKEN_PREFIX + new_key(), tx.now + SESSION_LIFETIME
    session_id = tx.insert(
        "user_sessions",
        user_id=user.id, token_hash=key_hash(token), created_at=tx.now, expires_at=expires_at,
    )  # fmt: skip
    tx.actor = replace(tx.actor, id=user.id, role="+".join(user.roles))
    tx.record(USER_SIGNED_IN, {"user_id": user.id, "session_id": session_id})
    return UserSignedIn(user.name, list(user.roles), expires_at, token)
