"""Turns a cart into an order whose goods are reserved at the chosen store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, update

from app.core.catalogue.models import Location
from app.core.customers import contacts
from app.core.errors import Conflict, PriceChanged
from app.core.ids import new_id, new_order_number
from app.core.inventory import reservations, stock
from app.core.inventory.stock import Wanted
from app.core.model import AnyRow, constant
from app.core.orders import carts, letters, pickup
from app.core.orders.models import Cart
from app.core.orders.shortage import insufficient_stock
from app.core.pricing.engine.quote import Quote
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ContactDetails:
    name: str
    email: str
    phone: str | None = None


@dataclass(frozen=True)
class PlaceOrder:
    cart_id: UUID
    expected_total: int
    """What the shopper was shown, minor units: another amount is never taken silently."""
    contact: ContactDetails
    proxy_name: str | None
    locale: str
    terms_version: str


@dataclass(frozen=True)
class PlacedOrder:
    number: str
    token: str
    code: str
    quote: Quote
    location: AnyRow
    lines: Sequence[AnyRow]
    promise: pickup.Promise
    placed_at: datetime


def place(tx: Transaction, command: PlaceOrder) -> PlacedOrder:
    """Place the order of a cart that is collected and paid at a store.

    1. Claim the cart: a conditional UPDATE, so that it becomes one order at most.
    2. Price it as of now and compare with what the shopper was shown.
    3. Refuse at once, without a lock, what is plainly not there: losers of a race must not queue.
    4. Write all rows of the order in one statement.
    5. Reserve last, since a hot row admits one transaction at a time from here to the commit.

    Raises NotFound, Conflict (cart_ordered, cart_incomplete, not_sold, store_closed), PriceChanged,
    InsufficientStock.
    """
    order_id, number = new_id(), new_order_number()
    cart = _claim(tx, command.cart_id, order_id)
    lines = carts.lines_of(tx.session.connection(), cart.id, tx.now)
    if not lines:
        raise Conflict("The cart is empty: put something in it first.", code="cart_incomplete")
    priced = carts.price(cart.currency, lines)
    if priced.total != command.expected_total:
        raise PriceChanged(
            "The price has changed: show the new total and send it.", quote=priced.answer
        )
    if any((line.available or 0) < line.quantity for line in lines):
        raise insufficient_stock(tx.session, cart, lines)
    promise = pickup.promise(cart, tx.now)
    _insert_rows(tx, command, cart, order_id, number, lines, priced, promise)
    tx.write()
    wanted = [Wanted(cart.location_id, line.variant_id, line.quantity) for line in lines]
    if not stock.reserve(tx.session, wanted):
        tx.session.rollback()  # or what follows would count our own half of the promise as sold
        raise insufficient_stock(tx.session, cart, lines)
    code = pickup.pickup_code(tx.secrets, number, 0)
    token = pickup.order_token(tx.secrets, number)
    return PlacedOrder(number, token, code, priced, cart, lines, promise, tx.now)


def _claim(tx: Transaction, cart_id: UUID, order_id: UUID) -> AnyRow:
    """The cart with its store, now tied to the order."""
    cart = (
        tx.session.connection()
        .execute(_CLAIM, {"cart": cart_id, "order": order_id, "now": tx.now})
        .first()
    )
    if cart is not None:
        return cart
    held = tx.session.get(Cart, cart_id)
    if held is not None and held.order_id is None:
        raise Conflict(
            "Choose the store to collect at first: PUT /fulfilment.", code="cart_incomplete"
        )
    raise carts.not_open(tx.session, cart_id)


def _insert_rows(
    tx: Transaction,
    command: PlaceOrder,
    cart: AnyRow,
    order_id: UUID,
    number: str,
    lines: Sequence[AnyRow],
    priced: Quote,
    promise: pickup.Promise,
) -> None:
    contact_id, proxy_id = _contacts(tx, command)
    tx.insert(
        "orders",
        id=order_id, number=number, state="placed", version=1, steps=1, currency=priced.currency,
        total=priced.total, net=priced.net, tax=priced.tax, cancelled=0, added=0, paid=0,
        quote=priced.facts, quote_hash=priced.hash, cart_id=cart.id, client_id=cart.client_id,
        contact_id=contact_id, proxy_contact_id=proxy_id, customer_id=cart.customer_id,
        started_channel=cart.sales_channel, locale=command.locale, terms_version=command.terms_version,
        placed_at=tx.now,
    )  # fmt: skip
    fulfilment_id = tx.insert(
        "fulfilments",
        order_id=order_id, location_id=cart.location_id, method="pickup", state="open",
        promised_at=promise.ready_by, collect_by=promise.collect_by,
        code_number=0, code_tries=0, code_tries_total=0,
    )  # fmt: skip
    _insert_lines(tx, cart.location_id, order_id, fulfilment_id, lines, priced, promise)
    tx.insert(
        "tasks",
        kind="pick", department="shop", location_id=cart.location_id, due_at=promise.ready_by,
        order_id=order_id, fulfilment_id=fulfilment_id, created_at=tx.now,
    )  # fmt: skip
    _announce(tx, order_id, cart.location_id, priced)


def _announce(tx: Transaction, order_id: UUID, location_id: UUID, priced: Quote) -> None:
    """The event, and the letter that tells of it."""
    event_id = tx.record(
        "order.placed",
        {"from": None, "to": "placed", "step": 1, "total": priced.total, "quote_hash": priced.hash},
        order_id=order_id,
        location_id=location_id,
    )
    letters.tell(tx, order_id, event_id, "placed")


def _contacts(tx: Transaction, command: PlaceOrder) -> tuple[UUID, UUID | None]:
    """The shopper's contact, and the one of whom she sends instead, if anybody."""
    who = command.contact
    contact_id = contacts.add(tx, who.name, who.email, who.phone)
    proxy_id = contacts.add(tx, command.proxy_name) if command.proxy_name is not None else None
    return contact_id, proxy_id


def _insert_lines(
    tx: Transaction,
    location_id: UUID,
    order_id: UUID,
    fulfilment_id: UUID,
    lines: Sequence[AnyRow],
    priced: Quote,
    promise: pickup.Promise,
) -> None:
    priced_by_sku = {figures.sku: figures for figures in priced.lines}
    for position, line in enumerate(lines, start=1):
        figures = priced_by_sku[line.sku]
        line_id = tx.insert(
            "order_lines",
            order_id=order_id, fulfilment_id=fulfilment_id, position=position, variant_id=line.variant_id,
            sku=line.sku, title=carts.full_title(line.title, line.options), barcode=line.barcode,
            quantity=figures.quantity, cancelled=0, unit_price=figures.unit_price,
            total=figures.total, net=figures.net, tax=figures.tax,
        )  # fmt: skip
        wanted = Wanted(location_id, line.variant_id, line.quantity)
        reservations.hold(tx, order_id, line_id, wanted, expires_at=promise.collect_by)


_CLAIM = (
    update(Cart)
    .where(Cart.id == bindparam("cart"), Cart.order_id.is_(None), Cart.method == constant("pickup"))
    .where(Location.id == Cart.location_id, Location.offers_pickup)
    .values(order_id=bindparam("order"), last_activity_at=bindparam("now"))
    .returning(
        Cart.id, Cart.client_id, Cart.sales_channel, Cart.customer_id, Cart.currency, Cart.location_id,
        Location.code, Location.name, Location.latitude, Location.longitude, Location.timezone,
        Location.hours, Location.holidays, Location.preparation_minutes, Location.collect_days,
    )
)  # fmt: skip
