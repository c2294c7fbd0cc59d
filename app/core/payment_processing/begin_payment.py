"""Begins a card payment of the outstanding amount of an order."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from app.core.errors import Conflict, Forbidden, NotFound
from app.core.ids import new_id
from app.core.money import card_step
from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.orders.statuses import may_be_paid
from app.core.payment_processing import provider_customers
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.saved_cards import queries
from app.core.payment_processing.saved_cards.save_card import expect_card
from app.core.payment_processing.sessions import close_session
from app.core.payments.card_amounts import require_chargeable
from app.core.payments.models import Payment, PaymentSession
from app.core.payments.saved_cards import SavedCard
from app.core.provider import PAGE_OPEN_FOR
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


class SessionTerms(NamedTuple):
    """The terms of a session. A second request with the same terms uses the same session."""

    amount: int
    flow: str
    reader: str | None
    provider_customer_id: str | None
    card_id: UUID | None
    saves_card: bool


@dataclass(frozen=True)
class BegunPayment:
    """The session that a request began or found."""

    state: Literal["new", "same", "closing", "paid"]
    """new: the provider is asked to open it. same: it is open with the same terms. closing: it has other terms and
    is being closed. paid: a card was presented at the reader."""
    session_id: UUID
    terms: SessionTerms
    currency: str
    attempt_id: UUID | None = None
    """The attempt that opens or closes it."""
    status: str = "open"
    """The status of the payment, if it is paid."""
    page_id: str | None = None
    provider_id: str | None = None
    url: str | None = field(default=None, repr=False)
    """The provider's page, as long as it is open."""


def begin_payment(tx: Transaction, command: BeginPayment) -> BegunPayment:
    """Begin a payment of the outstanding amount.

    1. Lock the order. It must be unpaid, await collection, or be collected without its money, with an outstanding
       amount.
    2. If a session with the same terms is open, return it: a second request leads to the same page and pays once,
       and a till that repeats sees that the card was presented.
    3. If a session with other terms is open (amount, flow, reader, customer or card), close it first: an order has
       one open session at a time. The caller begins again after it is closed.
    4. Insert the session and its opening attempt. The provider is called after the commit.

    Raises NotFound, Forbidden, Conflict (invalid_state, already_paid, amount_not_chargeable).
    """
    open_order = locking.load_by_number(tx, command.number, command.location_id)
    order = open_order.order
    if not may_be_paid(order.status, order.review_reason):
        raise Conflict(
            f"Order {order.number} is {order.status}: there is nothing to pay.",
            code="invalid_state",
            status=order.status,
        )
    left = open_order.balance().amount_outstanding
    requested = SessionTerms(
        left, command.flow, command.reader, _payer(tx, command), command.card, command.save_card
    )
    session = open_order.open_session
    if session is not None and _terms_of(session) == requested:
        return replace(_begun("same", session), url=_page_url(session, tx.now))
    if session is not None:
        return replace(_begun("closing", session), attempt_id=close_session(open_order))
    if left <= 0:
        paid = _paid_at(open_order, command.reader) if command.reader is not None else None
        if paid is None:
            raise Conflict(f"All of order {order.number} is paid.", code="already_paid")
        return paid
    # Without a step, as in most currencies, the lines are not read.
    lines = open_order.lines() if card_step(order.currency) > 1 else ()
    require_chargeable(left, (line.total for line in lines), order.currency)
    return _insert_session(open_order, command, requested)


def _insert_session(
    open_order: OpenOrder, command: BeginPayment, terms: SessionTerms
) -> BegunPayment:
    tx, order = open_order.tx, open_order.order
    has_page = terms.flow == "page" and terms.card_id is None
    session_id = tx.insert(
        PaymentSession,
        id=new_id(), order_id=order.id, currency=order.currency, status="open", url=None, page_id=None,
        provider_id=None, failure_code=None, location_id=command.location_id, device_id=tx.actor.device_id,
        created_at=tx.now, expires_at=tx.now + PAGE_OPEN_FOR if has_page else None, ended_at=None,
        **terms._asdict(),
    )  # fmt: skip
    if terms.card_id is not None:
        used = update(SavedCard).where(SavedCard.id == terms.card_id)
        tx.session.execute(used.values(used_at=tx.now))
    if terms.saves_card and tx.actor.id is not None:
        expect_card(tx, tx.actor.id)
    kind = "card" if terms.card_id else OPENING_KIND[terms.flow]
    request = AttemptRequest(kind, terms.amount, session_id=session_id)
    attempt_id = begin_attempt(tx, order, request)
    return BegunPayment("new", session_id, terms, order.currency, attempt_id)


def _payer(tx: Transaction, command: BeginPayment) -> str | None:
    """Return the provider's customer if the payment uses or saves cards. Only a signed-in customer has any; a
    holder of the order's token alone has not."""
    customer_id = tx.actor.id if tx.actor.kind == "shopper" else None
    if customer_id is None:
        if command.card or command.save_card:
            raise Forbidden("Sign in to pay with a saved card, or to save one.")
        return None
    if command.card is not None:
        payer = queries.provider_customer_of_card(tx.session, command.card, customer_id)
        if payer is None:
            raise NotFound("You have no such saved card: see your cards.")
        return payer
    if command.flow == "page" or command.save_card:
        return provider_customers.known_id(tx.session, customer_id)
    return None


def _terms_of(session: PaymentSession) -> SessionTerms:
    return SessionTerms(
        session.amount, session.flow, session.reader, session.provider_customer_id, session.card_id,
        session.saves_card,
    )  # fmt: skip


def _begun(state: Literal["same", "closing"], session: PaymentSession) -> BegunPayment:
    return BegunPayment(
        state, session.id, _terms_of(session), session.currency, page_id=session.page_id,
        provider_id=session.provider_id,
    )  # fmt: skip


def _page_url(session: PaymentSession, now: datetime) -> str | None:
    is_open = session.expires_at is not None and session.expires_at > now
    return session.url if is_open else None


def _paid_at(open_order: OpenOrder, reader: str) -> BegunPayment | None:
    """Return the payment for which a card was presented at this reader: a webhook event came before the till asked
    again."""
    found = open_order.tx.session.execute(
        select(PaymentSession, Payment.status)
        .join(Payment, Payment.id == PaymentSession.id)
        .where(
            PaymentSession.order_id == open_order.order.id,
            PaymentSession.reader == reader,
            Payment.status.in_(("authorised", "captured")),
        )
        .order_by(Payment.created_at, Payment.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    session, status = found
    return BegunPayment("paid", session.id, _terms_of(session), session.currency, status=status)
