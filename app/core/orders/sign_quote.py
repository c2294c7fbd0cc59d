from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.core.errors import Conflict
from app.core.orders import agreed_price, cart_facts, carts
from app.core.pricing import signed_quotes
from app.core.pricing.signed_quotes import Promised
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SignQuote:
    cart_id: UUID
    valid_for: timedelta


def sign_quote(tx: Transaction, command: SignQuote) -> Promised:
    """Promise the cart's lines and prices for a while, on every channel. Signing again promises anew.

    Raises NotFound, Conflict (cart_ordered, cart_incomplete, not_sold).
    """
    carts.touch(tx.session, command.cart_id, tx.now)
    cart = cart_facts.read(tx.session.connection(), command.cart_id, tx.now)
    if cart is None or not cart.lines:
        raise Conflict("The cart is empty: put something in it first.", code="cart_incomplete")
    cart_facts.refuse_withdrawn(cart.lines)
    quote = cart_facts.price(cart, tx.now)
    used = agreed_price.uses(cart, quote)
    return signed_quotes.sign(tx, quote, used, cart.tax_place, command.valid_for)
