"""Turns a cart into an order whose goods are reserved at the chosen store."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.core.carts import cart_view, pricing_facts
from app.core.carts.models import Cart
from app.core.carts.pricing_facts import CartFacts
from app.core.catalogue.models import Location
from app.core.checkout.expected_price import agree_price
from app.core.checkout.insufficient_stock import insufficient_stock
from app.core.checkout.placed_order import OrderedLine, PlacedOrder
from app.core.customers import contacts
from app.core.errors import Conflict, DomainError, Invalid
from app.core.ids import new_id, new_order_number
from app.core.inventory import reservations, stock
from app.core.inventory.stock import WantedStock
from app.core.model import AnyRow, constant
from app.core.orders import billing, notify, pickup
from app.core.orders.billing import BillTo
from app.core.orders.events import BY_STATUS
from app.core.orders.statuses import OF_ORDER
from app.core.payments import checkout_tenders
from app.core.payments.checkout_tenders import Part, Paying
from app.core.pricing import signed_quotes
from app.core.pricing.engine.quote import Quote
from app.core.pricing.promotions import redemptions
from app.core.pricing.signed_quotes import Promised
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class ContactDetails:
    name: str
    email: str | None
    phone: str | None = None

    @property
    def address(self) -> str:
        """By which limits per person know her: the e-mail address, else the number."""
        return self.email or self.phone or ""


@dataclass(frozen=True)
class PlaceOrder:
    cart_id: UUID
    expected_total: int
    """What the shopper was shown, minor units: another amount is never taken silently."""
    contact: ContactDetails
    pickup_person_name: str | None
    locale: str
    terms_version: str
    signed_quote: str | None = None
    """The token of a quote that the core promised to stand by."""
    payment_plan: Paying = field(default_factory=Paying)
    billing: BillTo | None = None


def place_order(tx: Transaction, command: PlaceOrder) -> PlacedOrder | CommittedRefusal[PlacedOrder]:
    """Place the order of a cart that is collected at a store, and paid there, by card now, or of balances of ours.

    0. Look at the gift cards that were shown: a wrong PIN is remembered, and nothing else happens.
    1. Claim the cart: a conditional UPDATE, so that it becomes one order at most.
    2. Price it, as of now or as a signed quote promised, and compare with what the shopper was shown. What is
       for a first order waits here for the same person's other checkouts.
    3. Refuse at once, without a lock, what is plainly not there: losers of a race must not queue.
    4. Write all rows of the order in one statement.
    5. Reserve late, since a hot row admits one transaction at a time from here to the commit.
    6. Count the promotions that it uses: after the stock, as in giving back, so that no two orders deadlock. Then
       debit the balances.

    What a card is to pay is asked for after the commit, by `begin_payment`: until then the order is unpaid, its
    goods held for a little while, and the store does not see it.

    Raises NotFound, Invalid, Conflict (cart_ordered, cart_incomplete, product_unavailable, store_closed, promotion_limit_reached,
    insufficient_balance), PriceChanged, InsufficientStock.
    """
    found = _balances(tx, command)
    if isinstance(found, DomainError):
        return CommittedRefusal(found)
    order_id, number = new_id(), new_order_number()
    contact = _reachable(tx, command.contact)
    store = _claim(tx, command.cart_id, order_id)
    promised = _promised(tx, command)
    cart = _filled(tx, store, promised)
    price = agree_price(tx, store.id, cart, promised, contact.address, command.expected_total)
    order = PlacedOrder(
        order_id,
        number,
        pickup.order_token(tx.ports.secrets, number),
        pickup.pickup_code(tx.ports.secrets, number, 0),
        price.quote,
        store,
        _ordered(cart, price.quote),
        pickup.promise(store, tx.now),
        tx.now,
        checkout_tenders.shares(found, price.quote.total, price.quote.currency),
        command.payment_plan.by_card,
    )
    if any(line.available < line.quantity for line in order.lines):
        raise insufficient_stock(tx.session, store, order.lines)
    event_id = _insert_rows(tx, command, contact, order)
    payments = checkout_tenders.write(tx, order, order.tender_shares, event_id)
    person = redemptions.person(tx.ports.secrets, contact.address)
    redemptions.insert(tx, order.id, store.customer_id, person, price.redemptions)
    tx.write()
    wanted = [
        WantedStock(store.location_id, line.variant_id, line.quantity) for line in order.lines
    ]
    if not stock.reserve(tx.session, wanted):
        tx.session.rollback()  # or what follows would count our own half of the promise as sold
        raise insufficient_stock(tx.session, store, order.lines)
    redemptions.count(tx.session, person, price.redemptions)
    checkout_tenders.take(tx, order.tender_shares, payments, event_id)
    return order


def _balances(tx: Transaction, command: PlaceOrder) -> Sequence[Part] | DomainError:
    if command.payment_plan in (Paying(), Paying(by_card=True)):
        return ()
    currency = tx.session.scalar(select(Cart.currency).where(Cart.id == command.cart_id))
    return checkout_tenders.balances(tx, command.payment_plan, currency or "")


def _reachable(tx: Transaction, contact: ContactDetails) -> ContactDetails:
    """Who gives no e-mail address has her number taken as E.164, since all that we tell her goes there. Raises
    Invalid."""
    if contact.email is not None:
        return contact
    number = tx.ports.phones.normal(contact.phone or "")
    if number is None:
        raise Invalid(
            "Send an e-mail address or a phone number by which we can write to her.",
            contact=["no e-mail address, and no phone number"],
        )
    return replace(contact, phone=number)


def _promised(tx: Transaction, command: PlaceOrder) -> Promised | None:
    token = command.signed_quote
    return signed_quotes.read(tx.session, tx.ports.secrets, token) if token else None


def _filled(tx: Transaction, store: AnyRow, promised: Promised | None) -> CartFacts:
    promised_skus = [line.sku for line in promised.quote.lines] if promised else ()
    cart = pricing_facts.load(tx.session.connection(), store.id, tx.now, promised_skus)
    if cart is None or not cart.lines:
        raise Conflict("The cart is empty: put something in it first.", code="cart_incomplete")
    pricing_facts.refuse_unavailable(cart.lines)
    return cart


def _ordered(cart: CartFacts, priced: Quote) -> list[OrderedLine]:
    """Lines are paired with their figures by SKU: the database may sort in another way. Raises Conflict (product_unavailable)
    for a gift that a signed quote promised and that was withdrawn since."""
    rows = {row.sku: row for row in (*cart.gifts, *cart.lines) if pricing_facts.is_sellable(row)}
    if gone := [figures.sku for figures in priced.lines if figures.sku not in rows]:
        raise Conflict(
            f"{', '.join(gone)}, promised as a gift, is no longer sold: send the order without the quote.",
            code="product_unavailable",
            skus=gone,
        )
    return [
        OrderedLine(
            row.variant_id,
            row.sku,
            cart_view.full_title(row.title, row.options),
            row.barcode,
            row.available or 0,
            figures,
        )
        for figures in priced.lines
        for row in (rows[figures.sku],)
    ]


def _claim(tx: Transaction, cart_id: UUID, order_id: UUID) -> AnyRow:
    """The cart with its store, now tied to the order."""
    cart = tx.session.connection().execute(_CLAIM, {"cart": cart_id, "order": order_id}).first()
    if cart is not None:
        return cart
    held = tx.session.get(Cart, cart_id)
    if held is not None and held.order_id is None and held.merged_into_id is None:
        raise Conflict(
            "Choose the store to collect at first: PUT /fulfilment.", code="cart_incomplete"
        )
    raise cart_view.not_open_error(tx.session, cart_id)


def _insert_rows(
    tx: Transaction, command: PlaceOrder, who: ContactDetails, order: PlacedOrder
) -> UUID:
    """Collect them all; the event that tells of the order."""
    cart, priced, promise = order.location, order.quote, order.promise
    contact_id, proxy_id = _contacts(tx, who, command.pickup_person_name)
    tx.insert(
        "orders",
        id=order.id, number=order.number, state=order.status, version=1, steps=1, currency=priced.currency,
        total=priced.total, net=priced.net, tax=priced.tax, cancelled=0, credited=0, added=0, paid=0,
        quote=priced.facts, quote_hash=priced.hash, cart_id=cart.id, client_id=cart.client_id,
        contact_id=contact_id, proxy_contact_id=proxy_id, customer_id=cart.customer_id,
        started_channel=cart.sales_channel, locale=command.locale, terms_version=command.terms_version,
        placed_at=tx.now, pay_by=order.pay_by,
    )  # fmt: skip
    fulfilment_id = tx.insert(
        "fulfilments",
        order_id=order.id, location_id=cart.location_id, method="pickup", state=OF_ORDER[order.status],
        promised_at=promise.ready_by, collect_by=promise.collect_by,
        code_number=0, code_tries=0, code_tries_total=0,
    )  # fmt: skip
    _insert_lines(tx, order, fulfilment_id)
    billing.insert(tx, order.id, command.billing)
    if order.status == "placed":
        tx.insert(
            "tasks",
            kind="pick", department="shop", location_id=cart.location_id, due_at=promise.ready_by,
            order_id=order.id, fulfilment_id=fulfilment_id, created_at=tx.now,
        )  # fmt: skip
    return _announce(tx, order)


def _announce(tx: Transaction, order: PlacedOrder) -> UUID:
    """The event, and the letter that tells of it once there is something to tell."""
    total, shown = order.quote.total, order.quote.hash
    event_id = tx.record(
        BY_STATUS[order.status],
        {"from": None, "to": order.status, "step": 1, "total": total, "quote_hash": shown},
        order_id=order.id,
        location_id=order.location.location_id,
    )
    if order.status == "placed":
        notify.notify_customer(tx, order.id, event_id, "placed")
    return event_id


def _contacts(
    tx: Transaction, who: ContactDetails, proxy_name: str | None
) -> tuple[UUID, UUID | None]:
    """The shopper's contact, and the one of whom she sends instead, if anybody."""
    contact_id = contacts.add(tx, who.name, who.email, who.phone)
    proxy_id = contacts.add(tx, proxy_name) if proxy_name is not None else None
    return contact_id, proxy_id


def _insert_lines(tx: Transaction, order: PlacedOrder, fulfilment_id: UUID) -> None:
    for position, line in enumerate(order.lines, start=1):
        figures = line.figures
        line_id = tx.insert(
            "order_lines",
            order_id=order.id, fulfilment_id=fulfilment_id, position=position, variant_id=line.variant_id,
            sku=line.sku, title=line.title, barcode=line.barcode, quantity=figures.quantity, cancelled=0,
            unit_price=figures.unit_price, tax_rate=figures.tax_rate,
            total=figures.total, net=figures.net, tax=figures.tax,
        )  # fmt: skip
        wanted = WantedStock(order.location.location_id, line.variant_id, line.quantity)
        reservations.add(
            tx, order.id, line_id, wanted, expires_at=order.pay_by or order.promise.collect_by
        )


_CLAIM = (
    update(Cart)
    .where(Cart.id == bindparam("cart"), Cart.order_id.is_(None), Cart.merged_into_id.is_(None))
    .where(Cart.type == constant("pickup"))
    .where(Location.id == Cart.location_id, Location.offers_pickup)
    .values(order_id=bindparam("order"))
    .returning(
        Cart.id, Cart.client_id, Cart.sales_channel, Cart.customer_id, Cart.currency, Cart.location_id,
        Location.code, Location.name, Location.latitude, Location.longitude, Location.timezone,
        Location.hours, Location.holidays, Location.preparation_minutes, Location.collect_days,
    )
)  # fmt: skip
