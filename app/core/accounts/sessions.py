"""Sessions of shoppers: start one when a shopper has signed in, find it at each request, end it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, literal, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts import customer_cart, session_tokens
from app.core.accounts.claim_guest_orders import claimable_orders
from app.core.accounts.customer_cart import GuestCart
from app.core.accounts.events import ACCOUNT_SESSION_ENDED, ACCOUNT_SIGNED_IN
from app.core.accounts.models import AccountSession
from app.core.accounts.session_tokens import Tokens
from app.core.customers import merged_customers
from app.core.errors import Forbidden, NotFound, Unauthorised
from app.core.transaction import Transaction

SESSION_LIFETIME = timedelta(days=60)
"""From the sign-in for a browser, from the last refresh for an app."""
RECENT_SIGN_IN = timedelta(minutes=15)
"""How long after signing in a shopper need not prove their identity again."""
SEEN_INTERVAL = timedelta(hours=1)


class LiveSession(NamedTuple):
    """A session that has neither ended nor expired, of a customer who was not erased."""

    id: UUID
    customer_id: UUID
    """The customer that merged customers resolve to today."""
    account_id: UUID
    """The customer whose address or passkey was used to sign in."""
    customer_group: str | None
    client_id: UUID
    sales_channel: str
    created_at: datetime
    seen_at: datetime

    def is_recent(self, now: datetime) -> bool:
        """Return whether the shopper signed in just now.

        A person who finds an open session must not be able to take the account over. So the shopper adds a way in
        (a password, an address, a passkey) only in a recent session, or with the current password.
        """
        return now - self.created_at <= RECENT_SIGN_IN


@dataclass(frozen=True)
class Visitor:
    """The browser or app in which a shopper signs in, and the guest's cart it holds."""

    guest_cart: GuestCart | None = None
    device: str | None = field(default=None, repr=False)
    """The random text that the app stores on its device. With it, one lost answer to a refresh is forgiven."""
    device_name: str = ""


@dataclass(frozen=True)
class SignedIn:
    session_id: UUID
    customer_id: UUID
    new: bool
    """True if this sign-in created the account."""
    cart_id: UUID | None
    """The customer's open cart, which now includes the guest's cart."""
    claimable_orders: int
    """Guest orders with a verified address of the customer, which they may claim."""
    tokens: Tokens | None
    """None for a browser, which gets a cookie."""
    expires_at: datetime


@dataclass(frozen=True)
class EndSession:
    customer_id: UUID
    session_id: UUID


def start(tx: Transaction, customer_id: UUID, visitor: Visitor, *, new: bool = False) -> SignedIn:
    """Start a session; the guest's cart becomes the customer's.

    Raises Unauthorised if the customer was erased.
    """
    session_id = _insert(tx, customer_id, visitor)
    tx.write()
    session = find_live(tx.session, session_id, tx.now)
    if session is None:
        raise Unauthorised("This account no longer exists.")
    cart_id = customer_cart.merge_guest_cart(tx, session.customer_id, visitor.guest_cart)
    claimable = claimable_orders(tx.session, session.customer_id)
    payload = {"session": str(session_id), "new": new}
    tx.record(ACCOUNT_SIGNED_IN, payload, customer_id=session.customer_id)
    return SignedIn(
        session_id,
        session.customer_id,
        new,
        cart_id,
        len(claimable),
        session_tokens.tokens(tx.ports.secrets, session_id, 1, tx.now),
        tx.now + SESSION_LIFETIME,
    )


def find_live(reader: Session | Connection, session_id: UUID, now: datetime) -> LiveSession | None:
    row = reader.execute(_LIVE, {"id": session_id, "now": now}).first()
    return LiveSession(**row._mapping) if row else None


def require_live(tx: Transaction, session_id: UUID) -> LiveSession:
    """Return the session. Raises Unauthorised if it has ended."""
    session = find_live(tx.session, session_id, tx.now)
    if session is None:
        raise Unauthorised("This session has ended. Sign in again.")
    return session


def require_recent_sign_in(tx: Transaction, session_id: UUID) -> None:
    """Raise Forbidden if the sign-in is not recent, Unauthorised if the session has ended."""
    if not require_live(tx, session_id).is_recent(tx.now):
        raise Forbidden(
            "Sign in again first: this adds a way into your account, and your last sign-in is "
            "more than 15 minutes old."
        )


def record_seen(reader: Connection, session: LiveSession, now: datetime) -> None:
    """Record, at most once an hour, that the session is in use: the shopper's list shows it."""
    if now - session.seen_at >= SEEN_INTERVAL:
        seen = update(AccountSession).where(AccountSession.id == session.id)
        reader.execute(seen.values(seen_at=now))


def end_session(tx: Transaction, command: EndSession) -> None:
    """Sign out, in this session or another. Raises NotFound if it is not the customer's or has ended."""
    ended = tx.session.execute(
        update(AccountSession)
        .where(
            AccountSession.id == command.session_id,
            _belongs_to(command.customer_id),
            AccountSession.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
        .returning(AccountSession.id)
        .execution_options(synchronize_session=False)
    )
    if ended.first() is None:
        raise NotFound("This session does not exist or has ended. List your sessions again.")
    payload = {"session": str(command.session_id), "reason": "signed_out"}
    tx.record(ACCOUNT_SESSION_ENDED, payload, customer_id=command.customer_id)


def end_all(tx: Transaction, customer_id: UUID, except_id: UUID | None = None) -> None:
    """End all sessions of the customer, except one."""
    tx.session.execute(
        update(AccountSession)
        .where(
            _belongs_to(customer_id),
            AccountSession.ended_at.is_(None),
            AccountSession.id.is_distinct_from(except_id),
        )
        .values(ended_at=tx.now)
        .execution_options(synchronize_session=False)
    )


def _belongs_to(customer_id: UUID) -> ColumnElement[bool]:
    return AccountSession.customer_id.in_(merged_customers.select_ids(literal(customer_id)))


def _insert(tx: Transaction, customer_id: UUID, visitor: Visitor) -> UUID:
    return tx.insert(
        AccountSession,
        customer_id=customer_id,
        client_id=tx.actor.client_id,
        sales_channel=tx.actor.sales_channel,
        device=session_tokens.device_token(tx.ports.secrets, visitor.device),
        name=visitor.device_name,
        generation=1,
        rotated_at=tx.now,
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=tx.now + SESSION_LIFETIME,
    )


_LIVE = text("""
    SELECT * FROM (
        SELECT s.id, (SELECT id FROM canonical_customer_id(s.customer_id)) AS customer_id,
            s.customer_id AS account_id,
            (SELECT customer_group FROM customer_group_of(s.customer_id)) AS customer_group, s.client_id,
            s.sales_channel, s.created_at, s.seen_at
        FROM account_sessions s JOIN api_clients c ON c.id = s.client_id AND c.revoked_at IS NULL
        WHERE s.id = :id AND s.ended_at IS NULL AND s.expires_at > :now
    ) session WHERE customer_id IS NOT NULL
""")
