"""Begins a card payment of the outstanding amount of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update

from app.core.errors import Conflict, Forbidden, NotFound
from app.core.orders import locking
from app.core.orders.models import Order
from app.core.orders.statuses import may_be_paid
from app.core.payment_processing import provider_customers
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt, reader_of
from app.core.payment_processing.release import close_session
from app.core.payment_processing.saved_cards import queries
from app.core.payment_processing.saved_cards.save_card import expect_card
from app.core.payments import ledger
from app.core.payments.models import Payment
from app.core.payments.saved_cards import SavedCard
from app.core.transaction import Transaction

OPENING_KIND = {"page": "page", "app": "intent", "reader": "reader"}
"""The kind of the opening attempt by the flow."""


@dataclass(frozen=True)
class BeginPayment:
    number: str
    flow: str
    """page, app or reader."""
    reader: str | None = None
    location_id: UUID | None = None
    """For staff: only an order of their own store."""
    card: UUID | None = None
    """The saved card to charge."""
    save_card: bool = False
    """Offer to save the card; on the page the customer decides there."""


class PaymentTerms(NamedTuple):
    """The terms of a payment. A second request with the same terms uses the same payment."""

    amount: int
    flow: str | None
    reader: str | None
    provider_customer_id: str | None
    card_id: UUID | None
    saves_card: bool


def begin_payment(tx: Transaction, command: BeginPayment) -> UUID:
    """Begin a payment of the outstanding amount; return its id.

    1. Lock the order. It must be unpaid, await collection, or be collected without its money, with an outstanding
       amount.
    2. If a payment with the same terms is open, return it: a second request leads to the same page and pays once,
       and a till that repeats sees that the card was presented.
    3. If a payment with other terms is open (amount, flow, reader, customer or card), close it first: an order has
       one open card payment at a time. Return its id; the caller begins again after it is closed.
    4. Record the payment and the attempt. The provider is called after the commit.

    Raises NotFound, Forbidden, Conflict (invalid_state, already_paid, payment_open).
    """
    open_order = locking.load_by_number(tx, command.number, command.location_id)
    order, payments = open_order.order, open_order.payments
    if not may_be_paid(order.status, order.review_reason):
        raise Conflict(
            f"Order {order.number} is {order.status}: there is nothing to pay.",
            code="invalid_state",
            status=order.status,
        )
    left = open_order.balance().amount_outstanding
    requested = PaymentTerms(
        left, command.flow, command.reader, _payer(tx, command), command.card, command.save_card
    )
    open_one = next((one for one in payments if one.status == "open"), None)
    if open_one is not None and _terms_of(tx, open_one) == requested:
        return open_one.id
    if open_one is not None:
        close_session(open_order)
        return open_one.id
    if left <= 0:
        if command.flow == "reader" and (shown := _shown_at(tx, payments, command)) is not None:
            return shown
        raise Conflict(f"All of order {order.number} is paid.", code="already_paid")
    return _insert_card_payment(tx, order, command, requested)


def _insert_card_payment(
    tx: Transaction, order: Order, command: BeginPayment, requested: PaymentTerms
) -> UUID:
    payment_id = ledger.insert_payment(
        tx, order, "card", "open", requested.amount, flow=requested.flow, location_id=command.location_id,
        device_id=tx.actor.device_id, provider_customer_id=requested.provider_customer_id,
        card_id=requested.card_id, saves_card=requested.saves_card,
    )  # fmt: skip
    if requested.card_id is not None:
        used = update(SavedCard).where(SavedCard.id == requested.card_id)
        tx.session.execute(used.values(used_at=tx.now))
    if requested.saves_card and tx.actor.id is not None:
        expect_card(tx, tx.actor.id)
    kind = "card" if requested.card_id else OPENING_KIND[command.flow]
    begin_attempt(
        tx, order, payment_id, AttemptRequest(kind, requested.amount, reader=command.reader)
    )
    return payment_id


def _payer(tx: Transaction, command: BeginPayment) -> str | None:
    """Return the provider's customer if the payment uses or saves cards. Only a signed-in customer has any; a
    holder of the order's token alone has not."""
    customer_id = tx.actor.id if tx.actor.kind == "shopper" else None
    if customer_id is None:
        if command.card or command.save_card:
            raise Forbidden("Sign in to pay with a card that you keep, or to keep one.")
        return None
    if command.card is not None:
        card = queries.saved_card_of(tx.session, command.card, customer_id)
        if card is None:
            raise NotFound("You keep no such card: see your cards.")
        return str(card.payer)
    if command.flow == "page" or command.save_card:
        return provider_customers.known_id(tx.session, customer_id)
    return None


def _terms_of(tx: Transaction, payment: Payment) -> PaymentTerms:
    return PaymentTerms(
        payment.amount, payment.flow, reader_of(tx.session, payment), payment.provider_customer_id,
        payment.card_id, payment.saves_card,
    )  # fmt: skip


def _shown_at(tx: Transaction, payments: Sequence[Payment], command: BeginPayment) -> UUID | None:
    """The payment for which a card was shown at this reader: we heard of it before the till asked again."""
    made = (one for one in payments if one.status in ("authorised", "captured"))
    here = (one.id for one in made if reader_of(tx.session, one) == command.reader)
    return next(here, None)
