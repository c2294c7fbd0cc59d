"""The price that the shopper agreed to: the current price of the cart, or the price of a signed quote."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.carts import pricing_facts
from app.core.carts.models import Cart
from app.core.carts.pricing_facts import CartFacts
from app.core.errors import PriceChanged
from app.core.money import format_minor
from app.core.orders import queries
from app.core.pricing.engine.price_breakdown import Step
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quote_changes import list_changes
from app.core.pricing.engine.quoting import units_bought
from app.core.pricing.promotions import redemptions
from app.core.pricing.promotions.redemptions import Redemption
from app.core.pricing.signed_quotes import BindingQuote
from app.core.transaction import Transaction

NOT_FIRST_ORDER = "{} is for first orders only, and an order with this email already exists"
LIMIT_REACHED = "{} has reached its limit"


@dataclass(frozen=True)
class AgreedPrice:
    quote: Quote
    redemptions: Sequence[Redemption]


def agree_price(
    tx: Transaction,
    facts: CartFacts,
    promised: BindingQuote | None,
    address: str,
    expected_total: int,
) -> AgreedPrice:
    """Return the promised quote if it binds the cart, else the current one. `address` identifies the shopper.

    Raises PriceChanged if its total is not the one that the shopper saw.
    """
    reasons = _why_not_binding(tx, facts, promised, address) if promised else []
    if promised and not reasons:
        price = AgreedPrice(promised.quote, promised.redemptions)
    else:
        price, excluded = _current_price(tx, facts, address)
        reasons = list(dict.fromkeys([*reasons, *excluded]))
    if price.quote.total != expected_total:
        raise _price_changed(tx, facts.id, price.quote, expected_total, reasons)
    return price


def redemptions_in(facts: CartFacts, quote: Quote) -> list[Redemption]:
    """Return the promotions that the quote of a cart applies, with the coupons that open them."""
    coupons = {code: UUID(coupon) for code, coupon in facts.coupon_by_promotion.items()}
    promotions = facts.rules.promotions_in(quote.currency)
    return [
        Redemption(
            facts.rules.ids[applied.code],
            coupons.get(applied.code),
            applied.code,
            applied.title,
            applied.amount,
            promotions.any_for_first_order([applied.code]),
        )
        for applied in quote.applied
    ]


def _why_not_binding(
    tx: Transaction, facts: CartFacts, promised: BindingQuote, address: str
) -> list[Step]:
    """Return why the promised quote does not bind this cart; nothing if it does."""
    lines = {(line.sku, ""): line.quantity for line in facts.lines}
    if promised.expires_at <= tx.now:
        return [Step("base", f"The quote was valid until {promised.expires_at:%H:%M:%S} UTC")]
    if promised.quote.hash != promised.token.claim.quote_hash:
        return [Step("base", "The stored quote is not the signed one")]
    if units_bought(promised.quote) != lines:
        return [Step("base", "The quote was for other items or quantities")]
    if promised.quote.currency != facts.head.currency or promised.place != facts.tax_place:
        return [Step("tax", "The quote was for a place with other taxes")]
    if promised.store not in (None, facts.head.location):
        return [Step("base", "The quote was for the prices of another store")]
    return _excluded(tx, facts, promised.redemptions, address)


def _current_price(
    tx: Transaction, facts: CartFacts, address: str
) -> tuple[AgreedPrice, list[Step]]:
    """Return the current price, and why promotions were left out. A promotion that replaces an excluded one is
    checked too."""
    excluded: dict[str | None, Step] = {}
    while True:
        quote = pricing_facts.quote_cart(facts, tx.now, [code for code in excluded if code])
        price = AgreedPrice(quote, redemptions_in(facts, quote))
        more = _excluded(tx, facts, price.redemptions, address)
        if not more:
            return price, list(excluded.values())
        excluded |= {step.code: step for step in more}


def _excluded(
    tx: Transaction, facts: CartFacts, applied: Sequence[Redemption], address: str
) -> list[Step]:
    """Return which of these promotions the shopper cannot use, and why: the limit is reached, or it is not the
    first order.

    A promotion for a first order waits for the same person's other checkouts, before the stock is locked: two
    checkouts at once would both be the first.
    """
    if not applied:
        return []
    person = redemptions.email_hash(tx.ports.secrets, address)
    for_first = [use for use in applied if use.first_order]
    if for_first:
        redemptions.lock_customer(tx.session, person)
    used_up = redemptions.limit_reached(tx.session, person, applied)
    reasons = [(use, LIMIT_REACHED) for use in applied if use.promotion_id in used_up]
    if for_first and queries.has_ordered(tx.session, address, facts.head.customer_id):
        reasons += [(use, NOT_FIRST_ORDER) for use in for_first]
    return [Step("promotion", text.format(use.title), code=use.code) for use, text in reasons]


def _price_changed(
    tx: Transaction, cart_id: UUID, new: Quote, expected_total: int, reasons: list[Step]
) -> PriceChanged:
    old = _seen_quote(tx, cart_id, expected_total)
    if not reasons and old:
        reasons = list_changes(old, new)
    because = "".join(f" {reason.text}." for reason in reasons)
    total, expected = (format_minor(amount, new.currency) for amount in (new.total, expected_total))
    return PriceChanged(
        f"The price is {total}, and not {expected}.{because} Show the new total and send it.",
        quote=new.summary,
        old=old.summary if old else None,
        expected_total=expected_total,
        why=[reason._asdict() for reason in reasons],
    )


def _seen_quote(tx: Transaction, cart_id: UUID, expected_total: int) -> Quote | None:
    """Return the quote that the shopper saw, with that total: as of the cart's last change, with and without the
    limits that promotions have reached since. None if no such quote has the total."""
    seen_at = tx.session.scalar(select(Cart.last_activity_at).where(Cart.id == cart_id))
    then = pricing_facts.load_as_of(tx.session.connection(), cart_id, seen_at) if seen_at else None
    if then is None or seen_at is None:
        return None
    quotes = (pricing_facts.quote_cart(facts, seen_at) for facts in (then, then.ignoring_usage()))
    return next((quote for quote in quotes if quote.total == expected_total), None)
