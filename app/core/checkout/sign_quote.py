from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.core.carts import cart_view, pricing_facts
from app.core.carts.pricing_facts import CartFacts
from app.core.checkout import expected_price
from app.core.errors import Conflict
from app.core.pricing import price_queries, signed_quotes
from app.core.pricing.engine.quote import Quote
from app.core.pricing.signed_quotes import Promised
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SignQuote:
    cart_id: UUID
    valid_for: timedelta


def sign_quote(tx: Transaction, command: SignQuote) -> Promised:
    """Promise the cart's lines and prices for a while, on every channel. Signing again promises anew.

    Raises NotFound, TooManyAttempts, Conflict (cart_ordered, cart_incomplete, product_unavailable).
    """
    cart_view.touch(tx.session, command.cart_id, tx.now)
    cart_view.consume_attempt(tx.session, command.cart_id, "signed quote", tx.now)
    cart = pricing_facts.load(tx.session.connection(), command.cart_id, tx.now)
    if cart is None or not cart.lines:
        raise Conflict("The cart is empty: put something in it first.", code="cart_incomplete")
    pricing_facts.refuse_unavailable(cart.lines)
    quote = pricing_facts.quote_cart(cart, tx.now)
    used = expected_price.redemptions_of(cart, quote)
    store = cart.head.code if _of_one_store(tx, cart, quote) else None
    return signed_quotes.sign(tx, quote, used, cart.tax_place, store, command.valid_for)


def _of_one_store(tx: Transaction, cart: CartFacts, quote: Quote) -> bool:
    """Whether a list or a promotion of the store is in the price, which then is no other store's."""
    if cart.rules.promotions_in(quote.currency).of_locations(quote.codes):
        return True
    lists = {line.listed["list"] for line in cart.lines if line.listed}
    return bool(lists) and price_queries.are_local(tx.session, lists)
