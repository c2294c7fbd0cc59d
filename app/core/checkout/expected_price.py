"""The price that a shopper agreed to: what the cart costs now, or what a signed quote promised her."""

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
from app.core.pricing.engine.changes import changes
from app.core.pricing.engine.explain import Step
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import asked
from app.core.pricing.promotions import redemptions as uses
from app.core.pricing.promotions.redemptions import Use
from app.core.pricing.signed_quotes import Promised
from app.core.transaction import Transaction

TWICE = (
    "There is an order of yours or with this e-mail address already, and {} was for the first one"
)
USED_UP = "{} has been used as often as it may be"


@dataclass(frozen=True)
class AgreedPrice:
    quote: Quote
    redemptions: Sequence[Use]


def agree_price(
    tx: Transaction,
    cart_id: UUID,
    cart: CartFacts,
    promised: Promised | None,
    address: str,
    expected_total: int,
) -> AgreedPrice:
    """The promised quote where it still binds, else that of now. Raises PriceChanged where it is not what the
    shopper was shown."""
    reasons = _reasons_not_bound(tx, cart, promised, address) if promised else []
    if promised and not reasons:
        found = AgreedPrice(promised.quote, promised.uses)
    else:
        found, barred = _current_price(tx, cart, address)
        reasons = list(dict.fromkeys([*reasons, *barred]))
    if found.quote.total != expected_total:
        raise _price_changed(tx, cart_id, found.quote, expected_total, reasons)
    return found


def redemptions_of(cart: CartFacts, quote: Quote) -> list[Use]:
    """The promotions that a quote of the cart uses, with the coupons that open them."""
    coupons = {code: UUID(coupon) for code, coupon in cart.coupon_by_promotion.items()}
    promotions = cart.rules.promotions_in(quote.currency)
    return [
        Use(
            cart.rules.ids[one.code],
            coupons.get(one.code),
            one.code,
            one.title,
            one.amount,
            promotions.for_first_order([one.code]),
        )
        for one in quote.applied
    ]


def _reasons_not_bound(tx: Transaction, cart: CartFacts, promised: Promised, address: str) -> list[Step]:
    """Why the promise does not bind this cart, nothing where it does."""
    lines = {(line.sku, ""): line.quantity for line in cart.lines}
    if promised.expires_at <= tx.now:
        return [Step("base", f"The quote was valid until {promised.expires_at:%H:%M:%S} UTC")]
    if promised.quote.hash != promised.token.claim.quote_hash:
        return [Step("base", "What is kept of the quote is not what was signed")]
    if asked(promised.quote) != lines:
        return [Step("base", "The quote was for other items or quantities")]
    if promised.quote.currency != cart.head.currency or promised.place != cart.tax_place:
        return [Step("tax", "The quote was for a place with other taxes")]
    if promised.store not in (None, cart.head.code):
        return [Step("base", "The quote was for the prices of another store")]
    return _excluded(tx, cart, promised.uses, address)


def _current_price(tx: Transaction, cart: CartFacts, address: str) -> tuple[AgreedPrice, list[Step]]:
    """With why promotions were left out. What comes in for one that is left out may not be for her either."""
    barred: dict[str | None, Step] = {}
    while True:
        quote = pricing_facts.quote_cart(cart, tx.now, [code for code in barred if code])
        found = AgreedPrice(quote, redemptions_of(cart, quote))
        more = _excluded(tx, cart, found.redemptions, address)
        if not more:
            return found, list(barred.values())
        barred |= {step.code: step for step in more}


def _excluded(tx: Transaction, cart: CartFacts, used: Sequence[Use], address: str) -> list[Step]:
    """Which of them are not for whoever orders, and why: used up, or for a first order which this is not.

    What is for a first order waits for the same person's other checkouts, before the stock is locked: two at once
    would both be the first.
    """
    if not used:
        return []
    person = uses.person(tx.ports.secrets, address)
    for_first = [one for one in used if one.first_order]
    if for_first:
        uses.wait_for_person(tx.session, person)
    spent = uses.used_up(tx.session, person, used)
    told = [(one, USED_UP) for one in used if one.promotion_id in spent]
    if for_first and queries.has_ordered(tx.session, address, cart.head.customer_id):
        told += [(one, TWICE) for one in for_first]
    return [Step("promotion", words.format(one.title), code=one.code) for one, words in told]


def _price_changed(
    tx: Transaction, cart_id: UUID, new: Quote, expected_total: int, reasons: list[Step]
) -> PriceChanged:
    old = _shown_quote(tx, cart_id, expected_total)
    if not reasons and old:
        reasons = changes(old, new)
    words = "".join(f" {reason.text}." for reason in reasons)
    amounts = [format_minor(amount, new.currency) for amount in (expected_total, new.total)]
    return PriceChanged(
        f"The price is {amounts[1]}, and not {amounts[0]}.{words} Show the new total and send it.",
        quote=new.answer,
        old=old.answer if old else None,
        expected_total=expected_total,
        why=[reason._asdict() for reason in reasons],
    )


def _shown_quote(tx: Transaction, cart_id: UUID, expected_total: int) -> Quote | None:
    """The quote of that total that she was shown: as of the cart's last change, before or after what is used up
    by now was. None where she was shown something else, and we do not know what."""
    shown_at = tx.session.scalar(select(Cart.last_activity_at).where(Cart.id == cart_id))
    then = pricing_facts.load_as_of(tx.session.connection(), cart_id, shown_at) if shown_at else None
    if then is None or shown_at is None:
        return None
    quotes = (pricing_facts.quote_cart(facts, shown_at) for facts in (then, then.ignoring_usage()))
    return next((quote for quote in quotes if quote.total == expected_total), None)
