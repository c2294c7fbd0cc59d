from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.accounts import customer_cart
from app.core.accounts import queries as accounts
from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.customers import queries as customers
from app.core.model import AnyRow
from app.core.transaction import Transaction

LAST_ORDERS = 10


@dataclass(frozen=True)
class ServeCustomer:
    customer_id: UUID


@dataclass(frozen=True)
class ServedCustomer:
    customer: dict[str, Any]
    """As `customers.queries.person` tells it."""
    cart: CartView | None
    """Her open cart, begun on whatever channel: staff go on with it where she left it."""
    orders: Sequence[AnyRow]
    """The last ones, as `accounts.queries.orders` tells them."""


def serve_customer(tx: Transaction, command: ServeCustomer) -> ServedCustomer:
    """All that whoever serves her needs to go on from where she is; that they looked is an event of hers.
    Raises NotFound."""
    person = customers.get_customer(tx.session, command.customer_id)
    tx.record("customer.viewed", {"what": "cart"}, customer_id=command.customer_id)
    cart_id = customer_cart.find(tx.session, command.customer_id)
    cart = cart_view.view(tx.session, cart_id, tx.now) if cart_id else None
    orders = accounts.orders(tx.session, command.customer_id, None, LAST_ORDERS)
    return ServedCustomer(person, cart, orders)
