"""The price that a shopper agreed to: what the cart costs now, or what a signed quote promised her."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.errors import PriceChanged
from app.core.money import format_minor
from app.core.orders import cart_facts, queries
from app.core.orders.cart_facts import CartFacts
from app.core.orders.models import Cart
from app.core.pricing.engine.changes import changes
from app.core.pricing.engine.explain import Step
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import asked
from app.core.pricing.promotions.uses import Use
from app.core.pricing.signed_quotes import Promised
from app.core.transaction import Transaction

TWICE = (
    "There is an order of yours or with this e-mail address already, and {} was for the first one"
)


@dataclass(frozen=True)
class Agreed:
    quote: Quote
    uses: Sequence[Use]


def agreed(
    tx: Transaction,
    cart_id: UUID,
    cart: CartFacts,
    promised: Promised | None,
    email: str,
    expected_total: int,
) -> Agreed:
    """The promised quote where it still binds, else that of now. Raises PriceChanged where it is not what the
    shopper was shown."""
    notes = [_unbound(tx, cart, promised, email)] if promised else []
    if promised and notes == [None]:
        found = Agreed(promised.quote, promised.uses)
    else:
        found, again = _as_of_now(tx, cart, email)
        notes += [again]
    if found.quote.total != expected_total:
        why = [note for note in notes if note] or None
        raise _changed(tx, cart_id, found.quote, expected_total, why)
    return found


def uses(cart: CartFacts, quote: Quote) -> list[Use]:
    """The promotions that a quote of the cart uses, with the coupons that open them."""
    coupons = {coupon["promotion"]: UUID(coupon["id"]) for coupon in cart.coupons}
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


def _unbound(tx: Transaction, cart: CartFacts, promised: Promised, email: str) -> Step | None:
    """Why the promise does not bind this cart, None where it does."""
    lines = {(line.sku, ""): line.quantity for line in cart.lines}
    if promised.expires_at <= tx.now:
        return Step("base", f"The quote was valid until {promised.expires_at:%H:%M:%S} UTC")
    if asked(promised.quote) != lines:
        return Step("base", "The quote was for other items or quantities")
    if promised.quote.currency != cart.head.currency or promised.place != cart.tax_place:
        return Step("tax", "The quote was for a place with other taxes")
    return _first_order_again(tx, cart, promised.uses, email)


def _as_of_now(tx: Transaction, cart: CartFacts, email: str) -> tuple[Agreed, Step | None]:
    quote = cart_facts.price(cart, tx.now)
    found = Agreed(quote, uses(cart, quote))
    again = _first_order_again(tx, cart, found.uses, email)
    if again:
        quote = cart_facts.price(cart, tx.now, first_order=False)
        found = Agreed(quote, uses(cart, quote))
    return found, again


def _first_order_again(
    tx: Transaction, cart: CartFacts, used: Sequence[Use], email: str
) -> Step | None:
    """Who ordered before gets nothing that is for a first order; asked only where something is."""
    for_first = [one for one in used if one.first_order]
    if not for_first or not queries.has_ordered(tx.session, email, cart.head.customer_id):
        return None
    return Step("promotion", TWICE.format(for_first[0].title), code=for_first[0].code)


def _changed(
    tx: Transaction, cart_id: UUID, new: Quote, expected_total: int, why: list[Step] | None
) -> PriceChanged:
    """What was shown was computed when the cart was changed last, and is computed again as of then."""
    shown_at = tx.session.scalar(select(Cart.last_activity_at).where(Cart.id == cart_id))
    then = cart_facts.as_of(tx.session.connection(), cart_id, shown_at) if shown_at else None
    old = cart_facts.price(then, shown_at) if then and shown_at else None
    if old is not None and old.total != expected_total:
        old = None  # she was shown something else, and we do not know what
    reasons = why or (changes(old, new) if old else [])
    words = "".join(f" {reason.text}." for reason in reasons)
    amounts = [format_minor(amount, new.currency) for amount in (expected_total, new.total)]
    return PriceChanged(
        f"The price is {amounts[1]}, and not {amounts[0]}.{words} Show the new total and send it.",
        quote=new.answer,
        old=old.answer if old else None,
        expected_total=expected_total,
        why=[reason._asdict() for reason in reasons],
    )
