"""Turns a cart into an order whose goods are reserved at the chosen store."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.core.carts import cart, pricing_facts
from app.core.carts.models import Cart
from app.core.carts.pricing_facts import CartFacts
from app.core.catalogue.models import Location
from app.core.checkout.expected_price import agree_price
from app.core.checkout.new_order import Buyer, NewOrder, Origin, write_order
from app.core.checkout.order_lines import ordered_lines, refuse_short, reserve
from app.core.customers import contacts
from app.core.errors import Conflict, DomainError, Invalid
from app.core.ids import new_id, new_order_number
from app.core.model import constant
from app.core.orders import pickup
from app.core.orders.billing import BillTo
from app.core.payments import checkout_tenders
from app.core.payments.card_amounts import require_chargeable
from app.core.payments.checkout_tenders import PaymentPlan, TenderShare
from app.core.pricing import signed_quotes
from app.core.pricing.engine.quote import Quote
from app.core.pricing.promotions import redemptions
from app.core.pricing.signed_quotes import BindingQuote
from app.core.transaction import CommittedRefusal, Transaction

CARD_TIME_LIMIT = timedelta(minutes=30)
"""How long the goods of an order wait for its card."""


@dataclass(frozen=True)
class ContactDetails:
    name: str
    email: str | None
    phone: str | None = None

    @property
    def address(self) -> str:
        """The address by which limits per person identify the shopper: the e-mail address, else the number."""
        return self.email or self.phone or ""


@dataclass(frozen=True)
class PlaceOrder:
    cart_id: UUID
    expected_total: int
    """The total that the shopper saw, in minor units. The order never has another total."""
    contact: ContactDetails
    pickup_person_name: str | None
    locale: str
    terms_version: str
    signed_quote: str | None = None
    """The token of a signed quote."""
    payment_plan: PaymentPlan = field(default_factory=PaymentPlan)
    bill_to: BillTo | None = None


@dataclass(frozen=True)
class PlacedOrder:
    order: NewOrder
    token: str
    pickup_code: str
    store_code: str
    store_name: str
    amount_outstanding: int
    """Minor units that no gift card or store credit pays."""


class _ClaimedCart(NamedTuple):
    """A cart that belongs to the order now, with its store."""

    id: UUID
    client_id: UUID
    sales_channel: str
    customer_id: UUID | None
    location_id: UUID
    code: str
    name: str
    latitude: float
    longitude: float
    timezone: str
    hours: list[Any]
    holidays: dict[str, Any]
    preparation_minutes: int
    collect_days: int


def place_order(
    tx: Transaction, command: PlaceOrder
) -> PlacedOrder | CommittedRefusal[PlacedOrder]:
    """Place the order of a cart. The shopper collects it at a store, and pays there, by card now, or with gift
    cards and store credit.

    0. Verify the gift cards. A wrong PIN is committed as an attempt, and nothing else happens.
    1. Claim the cart by a conditional UPDATE, so that it becomes one order at most.
    2. Price it, as of now or as a signed quote promised, and compare the total with the one that the shopper saw.
       A promotion for a first order waits here for the same person's other checkouts.
    3. Fail fast without a lock if stock is short already, so that losing checkouts do not wait for the row lock.
    4. Write all rows of the order in one statement.
    5. Reserve late, because a contended row admits one transaction at a time from here to the commit.
    6. Count the redemptions: after the stock, as in a release, so that no two orders deadlock. Then debit the
       balances.

    `begin_payment` asks for the card after the commit. Until then the order is unpaid, its goods are reserved for
    CARD_TIME_LIMIT, and the store does not see it.

    Raises NotFound, Invalid, Conflict (cart_ordered, cart_merged, cart_incomplete, product_unavailable,
    store_closed, promotion_limit_reached, insufficient_balance, amount_not_chargeable), PriceChanged,
    InsufficientStock.
    """
    tenders = _stored_value_tenders(tx, command)
    if isinstance(tenders, DomainError):
        return CommittedRefusal(tenders)
    order_id = new_id()
    claimed = _claim(tx, command.cart_id, order_id)
    promised = _promised(tx, command)
    facts = _load_facts(tx, claimed.id, promised)
    contact = _with_normal_phone(tx, command.contact, facts.head.country)
    price = agree_price(tx, facts, promised, contact.address, command.expected_total)
    shares = checkout_tenders.shares(tenders, price.quote.total, price.quote.currency)
    outstanding = price.quote.total - sum(share.most for share in shares)
    if command.payment_plan.by_card and outstanding:
        totals = [line.total for line in price.quote.lines]
        require_chargeable(outstanding, totals, price.quote.currency)
    order = _new_order(tx, order_id, command, claimed, contact, facts, price.quote, outstanding)
    refuse_short(tx.session, claimed, order.lines)
    event_id = write_order(tx, order)
    payments = checkout_tenders.write(tx, order, shares, event_id)
    person = redemptions.email_hash(tx.ports.secrets, contact.address)
    redemptions.insert(tx, order.id, claimed.customer_id, person, price.redemptions)
    tx.write()
    reserve(tx.session, claimed, order.lines)
    redemptions.redeem(tx.session, person, price.redemptions)
    checkout_tenders.debit(tx, shares, payments, event_id)
    return PlacedOrder(
        order,
        pickup.order_token(tx.ports.secrets, order.number),
        pickup.pickup_code(tx.ports.secrets, order.number, 0),
        claimed.code,
        claimed.name,
        outstanding,
    )


def _stored_value_tenders(
    tx: Transaction, command: PlaceOrder
) -> Sequence[TenderShare] | DomainError:
    if command.payment_plan in (PaymentPlan(), PaymentPlan(by_card=True)):
        return ()
    currency = tx.session.scalar(select(Cart.currency).where(Cart.id == command.cart_id))
    return checkout_tenders.balances(tx, command.payment_plan, currency or "")


def _with_normal_phone(
    tx: Transaction, contact: ContactDetails, country: str | None
) -> ContactDetails:
    """Write the phone number as E.164, read as in the store's country.

    If there is an e-mail address, messages go to it. Then an unreadable number, and one with words such as
    "office", stays as the shopper typed it. Raises Invalid if there is neither.
    """
    number = tx.ports.phones.normalise(contact.phone or "", country)
    has_words = any(sign.isalpha() for sign in contact.phone or "")
    if contact.email is not None and (number is None or has_words):
        return contact
    if number is None:
        raise Invalid(
            "Send an e-mail address or a phone number for messages about the order.",
            contact=["no e-mail address, and no phone number"],
        )
    return replace(contact, phone=number)


def _claim(tx: Transaction, cart_id: UUID, order_id: UUID) -> _ClaimedCart:
    """Tie the open cart to the order, and return it with its store. Raises NotFound, Conflict (cart_ordered,
    cart_merged, cart_incomplete)."""
    row = tx.session.connection().execute(_CLAIM, {"cart": cart_id, "order": order_id}).first()
    if row is not None:
        return _ClaimedCart._make(row)
    found = tx.session.get(Cart, cart_id)
    if found is not None and found.order_id is None and found.merged_into_id is None:
        raise Conflict(
            "The cart has no store to collect at: choose one with PUT /fulfilment.",
            code="cart_incomplete",
        )
    raise cart.not_open_error(tx.session, cart_id)


def _promised(tx: Transaction, command: PlaceOrder) -> BindingQuote | None:
    token = command.signed_quote
    return signed_quotes.verify(tx.session, tx.ports.secrets, token) if token else None


def _load_facts(tx: Transaction, cart_id: UUID, promised: BindingQuote | None) -> CartFacts:
    promised_skus = [line.sku for line in promised.quote.lines] if promised else ()
    facts = pricing_facts.load(tx.session.connection(), cart_id, tx.now, promised_skus)
    return pricing_facts.refuse_unorderable(facts)


def _new_order(
    tx: Transaction,
    order_id: UUID,
    command: PlaceOrder,
    claimed: _ClaimedCart,
    contact: ContactDetails,
    facts: CartFacts,
    quote: Quote,
    outstanding: int,
) -> NewOrder:
    waits_for_card = command.payment_plan.by_card and outstanding > 0
    lines = ordered_lines(facts, quote)
    origin = Origin(
        claimed.client_id,
        claimed.sales_channel,
        claimed.id,
        command.locale,
        command.terms_version,
    )
    return NewOrder(
        order_id,
        new_order_number(),
        "unpaid" if waits_for_card else "placed",
        quote,
        lines,
        claimed.location_id,
        pickup.promise(claimed, tx.now),
        placed_at=tx.now,
        pay_by=tx.now + CARD_TIME_LIMIT if waits_for_card else None,
        buyer=_buyer(tx, command, claimed, contact),
        origin=origin,
        bill_to=command.bill_to,
    )


def _buyer(
    tx: Transaction, command: PlaceOrder, claimed: _ClaimedCart, contact: ContactDetails
) -> Buyer:
    """Collect the contacts of the shopper and of the pickup person."""
    contact_id = contacts.add(tx, contact.name, contact.email, contact.phone)
    name = command.pickup_person_name
    pickup_contact_id = contacts.add(tx, name) if name is not None else None
    return Buyer(contact_id, pickup_contact_id, claimed.customer_id)


_CLAIM = (
    update(Cart)
    .where(Cart.id == bindparam("cart"), Cart.order_id.is_(None), Cart.merged_into_id.is_(None))
    .where(Cart.type == constant("pickup"))
    .where(Location.id == Cart.location_id, Location.offers_pickup)
    .values(order_id=bindparam("order"))
    .returning(
        Cart.id, Cart.client_id, Cart.sales_channel, Cart.customer_id, Cart.location_id,
        Location.code, Location.name, Location.latitude, Location.longitude, Location.timezone,
        Location.hours, Location.holidays, Location.preparation_minutes, Location.collect_days,
    )
)  # fmt: skip
