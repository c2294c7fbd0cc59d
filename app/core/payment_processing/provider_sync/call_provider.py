"""Asks the provider what an attempt is for, and has its answer written."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.orders import pickup
from app.core.orders.models import Order
from app.core.payment_processing.provider_sync.record_response import (
    RecordDecline,
    RecordNoEffect,
    RecordPage,
    RecordTimeout,
    record_decline,
    record_no_effect,
    record_page,
    record_timeout,
)
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payments.apply_provider_state import REACHED, UNFINISHED
from app.core.payments.kinds import OPENING
from app.core.payments.models import Attempt, Payment
from app.core.payments.saved_cards import SavedCard
from app.core.provider import (
    CheckoutSession,
    Declined,
    KeyExhausted,
    OutcomeUnknown,
    PaymentProvider,
    PaymentRequest,
    ProviderPayment,
)
from app.core.transaction import Action, Transaction, UseCaseRunner

log = logging.getLogger(__name__)

RETRY_WINDOW = timedelta(hours=23)
"""A provider keeps an idempotency key for a day. Until then a call is repeated with its key, which has one effect
at most. After that we only read its outcome."""
MAY_STILL_ARRIVE = timedelta(seconds=45)
"""How long a call that ended in an error of the provider may still take effect. Only after that may another key
replace one that repeats the error: otherwise a refund under way would be paid twice."""
MAX_OPEN_CALLS = 2
"""How often a page or intent is requested that no payer has seen; then the payer may begin again. A reader does
not ask for a card long after the payer has left."""
PAGE_OPEN_FOR = timedelta(hours=1)
"""Providers accept no less than half an hour from the time of the call."""


@dataclass(frozen=True)
class ProviderCall:
    """An attempt with all that asking needs."""

    attempt_id: UUID
    kind: str
    request: PaymentRequest
    reader: str
    card: str
    """Of those that the provider keeps for who pays."""
    provider_id: str
    page_id: str
    return_url: str
    now: datetime
    begun_at: datetime
    tries: int
    """This one included."""

    @property
    def age(self) -> timedelta:
        return self.now - self.begun_at

    @property
    def key(self) -> str:
        """Made once from our ids: however often it is sent, it has one effect."""
        return str(self.attempt_id)


def call_provider(runner: UseCaseRunner, attempt_id: UUID) -> None:
    """1. Read the attempt and note that it is asked. 2. Ask, with no transaction open. 3. Write the answer.

    Killed or unanswered in between, the attempt stays, and the reconciler comes back to it: with the same key, so
    that what had its effect is only told again; after a day by looking alone. Another attempt, with a key of its
    own, takes its place only where nothing can come of this one any more.
    """
    question = runner.perform(claim_attempt, ClaimAttempt(attempt_id))
    if question is None:
        return
    try:
        answer = send(runner.ports.provider, question)
        seen = _payment_of(runner.ports.provider, answer)
    except OutcomeUnknown:
        log.warning(
            "provider_unavailable", extra={"attempt": str(attempt_id), "kind": question.kind}
        )
        runner.perform(record_timeout, RecordTimeout(attempt_id))
    except NoEffect:
        runner.perform(record_no_effect, RecordNoEffect(attempt_id))
    except Declined as no:
        runner.perform(record_decline, RecordDecline(attempt_id, no.code))
    else:
        _write(runner, question, answer, seen)


ACTIONS: dict[str, Action] = {"call_provider": call_provider}
"""By the name that `Transaction.after_commit` gets."""


def _write(
    runner: UseCaseRunner,
    question: ProviderCall,
    answer: CheckoutSession | ProviderPayment,
    seen: ProviderPayment | None,
) -> None:
    if isinstance(answer, CheckoutSession):
        is_over = not answer.is_open and (seen is None or seen.status == "open")
        runner.perform(record_page, RecordPage(question.attempt_id, answer.id, is_over))
    if seen is not None:
        payment_id, answers = question.request.payment_id, question.attempt_id
        runner.perform(sync_payment, SyncPayment(payment_id, seen, answers))


@dataclass(frozen=True)
class ClaimAttempt:
    attempt_id: UUID


def claim_attempt(tx: Transaction, command: ClaimAttempt) -> ProviderCall | None:
    """What to ask; None where it is settled."""
    attempt, payment, order, card = tx.session.execute(
        select(Attempt, Payment, Order, SavedCard.provider_id)
        .join(Payment, Payment.id == Attempt.payment_id)
        .join(Order, Order.id == Attempt.order_id)
        .outerjoin(SavedCard, SavedCard.id == Payment.card_id)
        .where(Attempt.id == command.attempt_id)
        .with_for_update(of=Attempt, key_share=True)
    ).one()
    if attempt.status not in UNFINISHED:
        return None
    attempt.last_called_at, attempt.tries = tx.now, attempt.tries + 1
    token = pickup.order_token(tx.ports.secrets, order.number)
    return ProviderCall(
        attempt_id=attempt.id,
        kind=attempt.kind,
        request=_payment_request(order, payment, attempt.amount),
        reader=attempt.reader or "",
        card=card or "",
        provider_id=payment.provider_id or "",
        page_id=payment.page_id or "",
        return_url=f"{tx.ports.site}/orders/{order.number}?token={token}",
        now=tx.now,
        begun_at=attempt.created_at,
        tries=attempt.tries,
    )


def _payment_request(order: Order, payment: Payment, amount: int) -> PaymentRequest:
    return PaymentRequest(
        payment.id,
        order.number,
        amount,
        payment.currency,
        payment.provider_customer_id,
        payment.saves_card,
    )


def send(provider: PaymentProvider, question: ProviderCall) -> CheckoutSession | ProviderPayment:
    """Send the call and return the provider's response. Raises OutcomeUnknown, Declined, NoEffect."""
    if question.age > RETRY_WINDOW or (
        question.kind in OPENING and question.tries > MAX_OPEN_CALLS
    ):
        return _retrieve(provider, question)
    try:
        answer = SEND[question.kind](provider, question)
    except KeyExhausted:
        if question.age < MAY_STILL_ARRIVE:
            raise
        return _retrieve(provider, question)
    if isinstance(answer, ProviderPayment) and not _shows(answer, question):
        raise NoEffect
    return answer


class NoEffect(Exception):
    """The call was sent, and the provider shows that it had no effect."""


CLOCKS_DIFFER = timedelta(minutes=5)
"""The largest difference between our clock and the provider's."""


def _retrieve(provider: PaymentProvider, one: ProviderCall) -> CheckoutSession | ProviderPayment:
    """Return the outcome of a call that is not sent again. Raises NoEffect."""
    if one.kind in ("page", "intent"):
        return _abandon_opening(provider, one)
    if one.kind == "close" and one.page_id:
        page = provider.get_checkout_session(one.page_id)
        if page.is_open:
            raise NoEffect
        return page
    seen = (
        provider.get_payment(one.provider_id)
        if one.provider_id
        else provider.find_payment(one.request.payment_id, one.begun_at - CLOCKS_DIFFER)
    )
    if seen is None or not _shows(seen, one):
        raise NoEffect
    return seen


def _abandon_opening(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    """Give up a page or intent that no payer has seen or will see."""
    opened = (
        provider.find_payment(one.request.payment_id, one.begun_at - CLOCKS_DIFFER)
        if one.kind == "intent"
        else None
    )
    if opened is None:
        raise Declined("never_opened", "No payer has seen it.")
    return provider.void(opened.id, f"{one.key}.void") if opened.status == "open" else opened


def _shows(seen: ProviderPayment, one: ProviderCall) -> bool:
    if one.kind == "refund":
        return any(refund.attempt_id == one.attempt_id for refund in seen.refunds)
    return one.kind in OPENING or one.kind in REACHED[seen.status]


def _payment_of(
    provider: PaymentProvider, answer: CheckoutSession | ProviderPayment
) -> ProviderPayment | None:
    """Return the payment of a response; None for a page that is not confirmed yet."""
    if isinstance(answer, ProviderPayment):
        return answer
    return provider.get_payment(answer.provider_id) if answer.provider_id else None


def _create_page(provider: PaymentProvider, one: ProviderCall) -> CheckoutSession:
    return provider.create_checkout_session(
        one.request, one.return_url, one.begun_at + PAGE_OPEN_FOR, one.key
    )


def _create_intent(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.create_payment_intent(one.request, one.key)


def _open_with_card(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.open_with_card(one.request, one.card, one.return_url, one.key)


def _start_reader(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.start_reader_payment(one.request, one.reader, one.key)


def _close(provider: PaymentProvider, one: ProviderCall) -> CheckoutSession | ProviderPayment:
    """Close it, so that no payer can begin to pay. If one has just paid, the order decides about the money.

    An opening without a response is repeated first, by its own attempt.
    """
    if not (one.provider_id or one.page_id):
        raise OutcomeUnknown("It is not known yet whether there is anything to close.")
    if one.page_id:
        return provider.expire_checkout_session(one.page_id, one.key)
    if one.reader:
        with suppress(Declined):  # a reader that is gone shows nothing
            provider.clear_reader(one.provider_id, one.reader)
    seen = provider.get_payment(one.provider_id)
    return provider.void(one.provider_id, one.key) if seen.status == "open" else seen


def _void(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.void(one.provider_id, one.key)


def _capture(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.capture(one.provider_id, one.request.amount, one.key)


def _refund(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.refund(one.provider_id, one.request.amount, one.attempt_id, one.key)


SEND: dict[str, Callable[[PaymentProvider, ProviderCall], CheckoutSession | ProviderPayment]] = {
    "page": _create_page, "intent": _create_intent, "reader": _start_reader, "card": _open_with_card,
    "close": _close,
    "void": _void, "capture": _capture, "refund": _refund,
}  # fmt: skip
