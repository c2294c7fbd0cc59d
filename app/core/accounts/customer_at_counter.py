"""What staff at the counter need to serve a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.accounts import customer_cart
from app.core.accounts import queries as accounts
from app.core.accounts.queries import OwnOrder
from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.customers import queries as customers
from app.core.customers.events import CUSTOMER_VIEWED
from app.core.customers.queries import CustomerDetail
from app.core.transaction import Transaction

LAST_ORDERS = 10


@dataclass(frozen=True)
class ViewCustomerAtCounter:
    customer_id: UUID


@dataclass(frozen=True)
class CustomerAtCounter:
    customer: CustomerDetail
    cart: CartView | None
    """The customer's open cart, from whichever channel: staff continue it."""
    orders: Sequence[OwnOrder]
    """The last ones, the newest first."""


def view_customer_at_counter(tx: Transaction, command: ViewCustomerAtCounter) -> CustomerAtCounter:
    """Return the customer with their open cart and last orders, and record that staff viewed them.

    Raises NotFound.
    """
    customer = customers.get_customer(tx.session, command.customer_id)
    tx.record(CUSTOMER_VIEWED, {"what": "cart"}, customer_id=command.customer_id)
    cart_id = customer_cart.find(tx.session, command.customer_id)
    cart = cart_view.view(tx.session, cart_id, tx.now) if cart_id else None
    orders = accounts.orders(tx.session, command.customer_id, None, LAST_ORDERS)
    return CustomerAtCounter(customer, cart, orders)
