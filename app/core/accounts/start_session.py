"""What follows when somebody has shown who she is, by whichever way."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.core.accounts import claim_guest_orders, customer_cart, sessions
from app.core.accounts.customer_cart import GuestCart
from app.core.accounts.sessions import SESSION_LIFETIME, Tokens
from app.core.errors import Unauthorised
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Visitor:
    """From where she signs in, and what she brings along."""

    guest_cart: GuestCart | None = None
    """What she put together as a guest."""
    device: str | None = field(default=None, repr=False)
    """What the app keeps on its device: with it, one lost answer to a refresh is forgiven."""
    device_name: str = ""
    """Of the browser or device."""


@dataclass(frozen=True)
class SignedIn:
    session_id: UUID
    customer_id: UUID
    new: bool
    """Whether the account was made just now."""
    cart_id: UUID | None
    """Her open cart, with what the guest's held."""
    orders_claimed: int
    tokens: Tokens | None
    """None for a browser, which has a cookie."""
    expires_at: datetime


def start(tx: Transaction, customer_id: UUID, visitor: Visitor, *, new: bool = False) -> SignedIn:
    """Open a session; her guest's cart and guest's orders become hers. Raises Unauthorised for who was erased."""
    session_id = _insert(tx, customer_id, visitor)
    tx.write()
    live = sessions.find_live(tx.session, session_id, tx.now)
    if live is None:
        raise Unauthorised("This account no longer exists.")
    person: UUID = live.customer_id
    cart_id = customer_cart.merge_guest_cart(tx, person, visitor.guest_cart)
    claimed = claim_guest_orders.claim(tx, person)
    payload = {"session": str(session_id), "new": new}
    tx.record("account.signed_in", payload, customer_id=person)
    return SignedIn(
        session_id, person, new, cart_id, claimed,
        sessions.tokens(tx.ports.secrets, session_id, 1, tx.now), tx.now + SESSION_LIFETIME,
    )  # fmt: skip


def _insert(tx: Transaction, customer_id: UUID, visitor: Visitor) -> UUID:
    return tx.insert(
        "account_sessions",
        customer_id=customer_id, client_id=tx.actor.client_id, sales_channel=tx.actor.sales_channel,
        device=sessions.device_token(tx.ports.secrets, visitor.device), name=visitor.device_name, generation=1,
        rotated_at=tx.now, created_at=tx.now, seen_at=tx.now, expires_at=tx.now + SESSION_LIFETIME,
    )  # fmt: skip
