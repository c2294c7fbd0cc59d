"""All facts that price a cart, read from every room in one statement, and the quote that the engine computes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.carts.sql import CART, GIFTS, HEAD, LINE, CartHead, PricedLine
from app.core.errors import Conflict
from app.core.model import AnyRow
from app.core.pricing import rules
from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.price_columns import as_item
from app.core.pricing.rules import DEFAULT_COUNTRY, DEFAULT_ZONE, Rules
from app.core.pricing.signed_quotes import TaxPlace

Reader = Session | Connection


class CouponFacts(NamedTuple):
    id: str
    code: str
    promotion: str
    """The code of the promotion that the coupon opens."""
    usable: bool


@dataclass(frozen=True)
class CartFacts:
    id: UUID
    head: CartHead
    lines: Sequence[PricedLine]
    gifts: Sequence[PricedLine]
    """A unit of each gift that promotions name, in stock or not."""
    coupons: Sequence[CouponFacts]
    used_up: frozenset[str]
    """The codes of promotions that have reached their limit."""
    rules: Rules

    @property
    def tax_place(self) -> TaxPlace:
        return TaxPlace(self.head.country or DEFAULT_COUNTRY, self.head.region or "")

    @property
    def coupon_by_promotion(self) -> dict[str, str]:
        """The id of the coupon that opens each promotion, by promotion code: the first usable one of several."""
        ids: dict[str, str] = {}
        for coupon in self.coupons:
            if coupon.usable:
                ids.setdefault(coupon.promotion, coupon.id)
        return ids

    def sellable_lines(self) -> list[PricedLine]:
        return [line for line in self.lines if line.available_for_sale]

    def ignoring_usage(self) -> "CartFacts":
        """Return the facts as if no coupon or promotion had reached its limit. Usage has no history, so this is
        the state before the last redemption."""
        usable = [coupon._replace(usable=True) for coupon in self.coupons]
        return replace(self, coupons=usable, used_up=frozenset())


def load(
    reader: Reader, cart_id: UUID, now: datetime, extra_skus: Collection[str] = ()
) -> CartFacts | None:
    """Return the facts of a cart; None for an unknown cart.

    A second statement reads the gifts that promotions name, and the items `extra_skus` that an earlier promotion
    gave.
    """
    rows = reader.execute(CART, {"cart_id": cart_id, "now": now}).all()
    if not rows:
        return None
    current = rules.current(reader, rows[0].rules_version)
    return _facts(reader, cart_id, now, rows, current, extra_skus)


def load_as_of(reader: Reader, cart_id: UUID, at: datetime) -> CartFacts | None:
    """Return the cart's present facts, with the prices and promotions as of `at`. Stock is the present one."""
    rows = reader.execute(CART, {"cart_id": cart_id, "now": at}).all()
    return _facts(reader, cart_id, at, rows, rules.as_of(reader, at)) if rows else None


def _facts(
    reader: Reader,
    cart_id: UUID,
    now: datetime,
    rows: Sequence[AnyRow],
    in_force: Rules,
    extra_skus: Collection[str] = (),
) -> CartFacts:
    first, skus = rows[0], sorted({*in_force.gifts, *extra_skus})
    parameters = {"cart_id": cart_id, "now": now, "skus": skus}
    gifts = reader.execute(GIFTS, parameters) if skus else ()
    return CartFacts(
        cart_id,
        CartHead._make(first[HEAD]),
        # An empty cart is one row without a variant.
        lines=[PricedLine._make(row[LINE]) for row in rows if row.variant_id is not None],
        gifts=[PricedLine._make(row[LINE]) for row in gifts],
        coupons=[CouponFacts(**coupon) for coupon in first.coupons or ()],
        used_up=frozenset(first.used_up or ()),
        rules=in_force,
    )


def refuse_unorderable(facts: CartFacts | None) -> CartFacts:
    """Return the facts of a cart that can be ordered. Raises Conflict (cart_incomplete, product_unavailable)."""
    if facts is None or not facts.lines:
        raise Conflict("The cart is empty: add an item first.", code="cart_incomplete")
    unavailable = [line.sku for line in facts.lines if not line.available_for_sale]
    if unavailable:
        raise Conflict(
            f"{', '.join(unavailable)} is no longer sold: remove it from the cart.",
            code="product_unavailable",
            skus=unavailable,
        )
    return facts


def quote_cart(cart: CartFacts, now: datetime, excluded: Collection[str] = ()) -> Quote:
    """Return the quote of the lines that are on sale.

    The shopper is unknown before the checkout. Until then the quote offers promotions for a first order, and
    promotions limited by person. The checkout passes as `excluded` those that the shopper cannot use.
    """
    head = cart.head
    context = Context(
        at=now,
        zone=head.timezone or DEFAULT_ZONE,
        channel=head.sales_channel,
        location=head.location or "",
        first_order=True,
        coupons=frozenset(cart.coupon_by_promotion),
        limit_reached=cart.used_up.union(excluded),
        customer_groups=frozenset({head.customer_group} if head.customer_group else ()),
    )
    return quote(
        head.currency,
        items(cart, now),
        rules=cart.rules.market(head.country or DEFAULT_COUNTRY),
        gifts=_gift_items(cart, now),
        promotions=cart.rules.promotions_in(head.currency),
        context=context,
    )


def items(cart: CartFacts, now: datetime) -> list[Item]:
    """Return the lines that are on sale as items of the engine."""
    place = cart.tax_place
    return [
        as_item(
            line,
            line.quantity,
            cart.rules.rate(place.country, place.region, line.tax_category, now),
        )
        for line in cart.sellable_lines()
    ]


def _gift_items(cart: CartFacts, now: datetime) -> Iterator[Item]:
    """Yield the gifts on sale, with the units that the chosen store has. Leave out a gift without a tax rate at
    that place, because it is no reason to refuse the cart."""
    place, chosen = cart.tax_place, cart.head.location is not None
    for gift in cart.gifts:
        if not gift.available_for_sale:
            continue
        rate = cart.rules.find_rate(place.country, place.region, gift.tax_category, now)
        if rate is not None:
            available = gift.available or 0 if chosen else None
            yield replace(as_item(gift, gift.quantity, rate), available=available)
