"""A cart and its quote, as every channel shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.carts import pricing_facts
from app.core.carts.pricing_facts import CartFacts
from app.core.carts.sql import PricedLine
from app.core.errors import NotFound
from app.core.pricing.engine.price_breakdown import Step, break_down
from app.core.pricing.engine.quote import Quote


class CouponView(NamedTuple):
    code: str
    """As it is printed."""
    applied: bool
    """Whether it changes the price now."""


@dataclass(frozen=True)
class CartView:
    id: UUID
    currency: str
    type: str | None
    """The type of the fulfilment; None until the shopper chooses one."""
    location: str | None
    """The code of the store to collect at."""
    lines: Sequence[PricedLine]
    quote: Quote
    coupons: Sequence[CouponView] = ()


class ExplainedQuote(NamedTuple):
    quote: Quote
    steps: list[Step]


def view(session: Session | Connection, cart_id: UUID, now: datetime) -> CartView:
    """Return the cart, its lines and the quote of the lines on sale. Raises NotFound."""
    facts = _load(session, cart_id, now)
    quote = pricing_facts.quote_cart(facts, now)
    open_promotions = facts.coupon_by_promotion
    applied = {open_promotions.get(code) for code in quote.codes}
    coupons = [CouponView(coupon.code, coupon.id in applied) for coupon in facts.coupons]
    head = facts.head
    return CartView(cart_id, head.currency, head.type, head.location, facts.lines, quote, coupons)


def explain_quote(reader: Connection, cart_id: UUID, now: datetime) -> ExplainedQuote:
    """Return the cart's quote, with the steps that lead to its total. Raises NotFound."""
    facts = _load(reader, cart_id, now)
    quote = pricing_facts.quote_cart(facts, now)
    return ExplainedQuote(quote, break_down(quote, pricing_facts.items(facts, now)))


def _load(reader: Session | Connection, cart_id: UUID, now: datetime) -> CartFacts:
    facts = pricing_facts.load(reader, cart_id, now)
    if facts is None:
        raise NotFound("There is no such cart: create a new one.")
    return facts


def full_title(title: str, options: dict[str, str]) -> str:
    """Return the product's title with the variant's options, as on a receipt. Skip an option that repeats it."""
    return " – ".join(dict.fromkeys([title, *options.values()]))
