"""A cart and its quote, as every channel sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core import rate_limits
from app.core.carts import pricing_facts
from app.core.carts.models import Cart
from app.core.errors import Conflict, NotFound, TooManyAttempts
from app.core.model import AnyRow
from app.core.pricing.engine.explain import explain
from app.core.pricing.engine.quote import Quote

MAX_LINES = 200
MAX_QUANTITY = 100_000
TRIES, WINDOW = 30, timedelta(hours=1)
"""Coupons put into a cart, and quotes signed for it: many times what a shopper does, and far too few to guess a
coupon or to fill a table."""


@dataclass(frozen=True)
class CartView:
    id: UUID
    currency: str
    method: str | None
    location: str | None
    """The code of the store to collect at."""
    lines: Sequence[AnyRow]
    quote: Quote
    coupons: Sequence[dict[str, Any]] = ()
    """{code, applied}: as it was printed, and whether it changes the price now."""


def touch(session: Session, cart_id: UUID, now: datetime, **changes: Any) -> None:
    """Lock the open cart and mark it active. Raises NotFound, or Conflict once it has become an order."""
    open_cart = (
        update(Cart)
        .where(Cart.id == cart_id, Cart.order_id.is_(None), Cart.merged_into_id.is_(None))
        .values(last_activity_at=now, **changes)
        .execution_options(synchronize_session=False)
    )
    if session.connection().execute(open_cart).rowcount == 0:
        raise not_open(session, cart_id)


def spend_try(session: Session, cart_id: UUID, purpose: str, now: datetime) -> None:
    """Take one of the cart's tries. Raises TooManyAttempts."""
    if not rate_limits.consume(session, purpose, str(cart_id), limit=TRIES, window=WINDOW, now=now):
        raise TooManyAttempts(
            "This was tried too often with this cart: go on without it, or try again in an hour.",
            retry_after=int(WINDOW.total_seconds()),
        )


def not_open(session: Session, cart_id: UUID) -> NotFound | Conflict:
    cart = session.get(Cart, cart_id)
    if cart is None:
        return NotFound("There is no such cart: begin a new one.")
    if cart.merged_into_id is not None:
        return Conflict(
            "What was in this cart is now in the one of your account: GET /account/cart.",
            code="cart_merged",
        )
    return Conflict("This cart has already become an order: begin a new one.", code="cart_ordered")


def view(session: Session | Connection, cart_id: UUID, now: datetime) -> CartView:
    """The cart, its lines and the quote of those on sale. Raises NotFound."""
    cart = pricing_facts.read(session, cart_id, now)
    if cart is None:
        raise NotFound("There is no such cart: begin a new one.")
    head, priced = cart.head, pricing_facts.price(cart, now)
    opening = {cart.opened.get(code) for code in priced.codes}
    coupons = [
        {"code": coupon["code"], "applied": coupon["id"] in opening} for coupon in cart.coupons
    ]
    return CartView(cart_id, head.currency, head.method, head.code, cart.lines, priced, coupons)


def explanation(reader: Connection, cart_id: UUID, now: datetime) -> dict[str, Any]:
    """{quote, steps}: the quote in words. Raises NotFound."""
    cart = pricing_facts.read(reader, cart_id, now)
    if cart is None:
        raise NotFound("There is no such cart: begin a new one.")
    priced = pricing_facts.price(cart, now)
    return {"quote": priced, "steps": explain(priced, pricing_facts.items(cart, now))}


def full_title(title: str, options: dict[str, str]) -> str:
    """The product's title with the variant's options, as on a receipt; an option that repeats it is left out."""
    return " – ".join(dict.fromkeys([title, *options.values()]))
