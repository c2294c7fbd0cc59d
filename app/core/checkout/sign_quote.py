from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.core.carts import cart, pricing_facts
from app.core.carts.pricing_facts import CartFacts
from app.core.checkout import expected_price
from app.core.pricing import price_queries, signed_quotes
from app.core.pricing.engine.quote import Quote
from app.core.pricing.signed_quotes import BindingQuote
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SignQuote:
    cart_id: UUID
    valid_for: timedelta


def sign_quote(tx: Transaction, command: SignQuote) -> BindingQuote:
    """Promise the cart's lines and prices for a while, on every channel. A repeated call signs a new quote.

    Raises NotFound, TooManyAttempts, Conflict (cart_ordered, cart_merged, cart_incomplete, product_unavailable).
    """
    cart.touch(tx.session, command.cart_id, tx.now)
    cart.consume_attempt(tx.session, command.cart_id, "signed quote", tx.now)
    loaded = pricing_facts.load(tx.session.connection(), command.cart_id, tx.now)
    facts = pricing_facts.refuse_unorderable(loaded)
    quote = pricing_facts.quote_cart(facts, tx.now)
    redemptions = expected_price.redemptions_in(facts, quote)
    store = facts.head.location if _is_of_one_store(tx, facts, quote) else None
    return signed_quotes.sign(tx, quote, redemptions, facts.tax_place, store, command.valid_for)


def _is_of_one_store(tx: Transaction, facts: CartFacts, quote: Quote) -> bool:
    """Return whether the price uses a price list or a promotion of one store. No other store has that price."""
    if facts.rules.promotions_in(quote.currency).any_for_locations(quote.codes):
        return True
    lists = {line.listed["list"] for line in facts.lines if line.listed}
    return bool(lists) and price_queries.any_local(tx.session, lists)
