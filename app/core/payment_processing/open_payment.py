"""Opens a payment for a payer: begins it, and requests its page, intent or reader from the provider."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from app.core.error_codes import Code
from app.core.errors import Conflict
from app.core.payment_processing.begin_payment import BeginPayment, begin_payment
from app.core.payment_processing.provider_customers import provider_customer_id
from app.core.payment_processing.provider_sync.record_response import (
    RecordPageExpired,
    record_page_expired,
    unknown_provider_customer,
)
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payment_processing.release import CloseRefused, close_refused
from app.core.payments.kinds import OPENING
from app.core.payments.models import Attempt, Payment
from app.core.provider import Declined, OutcomeUnknown, ProviderPayment
from app.core.transaction import Actor, Transaction, UseCaseRunner

TRIES = 3
"""Another payment may be open, or a page may have expired. Each is ended, and then the next try is free."""


@dataclass(frozen=True)
class OpenedPayment:
    """The data with which a payer pays."""

    id: UUID
    flow: str
    status: str
    amount: int
    currency: str
    url: str | None = None
    """The provider's page, or the bank's page for authentication."""
    client_secret: str | None = None
    """The app confirms the payment with it."""


def open_payment(runner: UseCaseRunner, command: BeginPayment, actor: Actor) -> OpenedPayment:
    """Begin a payment or find the open one, then read its state at the provider, with no transaction open.

    Raises what `begin_payment` raises, and Conflict: payment_open while another payment cannot be closed, and
    provider_unavailable if the provider did not respond (both mean: try again in a moment); reader_busy,
    reader_offline, reader_not_found or payment_declined if the provider, or the bank of a saved card, declines.
    """
    if command.save_card and actor.id is not None:
        _make_known(runner, actor.id)
    for _ in range(TRIES):
        payment, refused = runner.perform(
            _read, _Read(runner.perform(begin_payment, command, actor))
        )
        if refused is not None and not unknown_provider_customer(payment, refused):
            raise _refusal(refused, payment)
        opened = _opened(runner, payment, command) if payment.status != "voided" else None
        if opened is not None and opened.flow == command.flow:
            return opened
    raise Conflict(
        "Another payment of this order is under way: finish it, or try again in a minute.",
        code="payment_open",
    )


def _make_known(runner: UseCaseRunner, customer_id: UUID) -> None:
    """Create the customer at the provider, so that a card can be saved. Raises Conflict (provider_unavailable)."""
    try:
        provider_customer_id(runner, customer_id)
    except (OutcomeUnknown, Declined):
        raise _silent() from None


def _silent() -> Conflict:
    return Conflict(
        "The payment provider does not answer: nothing was charged, try again in a moment.",
        code="provider_unavailable",
    )


REFUSALS: dict[str, tuple[Code, str]] = {
    "reader_busy": ("reader_busy", "The card reader is busy: wait until it is done, or take another one."),
    "reader_offline": ("reader_offline", "The card reader is offline: switch it on, or take another one."),
    "reader_not_found": ("reader_not_found", "There is no such card reader: check its id."),
}  # fmt: skip
"""The error code and message by the provider's code."""


def _refusal(why: str, payment: Payment) -> Conflict:
    known = REFUSALS.get(why)
    if known is not None:
        return Conflict(known[1], known[0])
    payload = (
        f"This card was refused ({why}): nothing was charged, take another."
        if payment.card_id
        else f"The payment provider does not take this payment ({why}): pay in another way."
    )
    return Conflict(payload, code="payment_declined", because=why)


def _opened(runner: UseCaseRunner, payment: Payment, command: BeginPayment) -> OpenedPayment | None:
    """Return the opened payment, or None if its page expired. Raises Conflict."""
    try:
        return _render(runner, payment, command)
    except Declined as no:
        raise _refusal(no.code, payment) from None
    except OutcomeUnknown:
        raise _silent() from None


def _render(runner: UseCaseRunner, payment: Payment, command: BeginPayment) -> OpenedPayment | None:
    provider = runner.ports.provider
    shown = OpenedPayment(
        payment.id, payment.flow or "", payment.status, payment.amount, payment.currency
    )
    if payment.page_id:
        page = provider.get_checkout_session(payment.page_id)
        if page.is_open:
            return replace(shown, url=page.url)
        if page.provider_id is None:
            runner.perform(record_page_expired, RecordPageExpired(payment.id))
            return None
        seen = provider.get_payment(page.provider_id)
    elif payment.provider_id:
        seen = provider.get_payment(payment.provider_id)
        if seen.status == "open" and payment.flow == command.flow and command.reader is not None:
            # after a declined card
            seen = provider.resume_reader_payment(seen.id, command.reader)
    else:
        raise OutcomeUnknown
    if payment.card_id and seen.status == "open" and not seen.bank_url:
        runner.perform(close_refused, CloseRefused(payment.id))
        raise _refusal(seen.failure_code or "not confirmed", payment)
    return _brought_up(runner, shown, seen)


def _brought_up(
    runner: UseCaseRunner, shown: OpenedPayment, seen: ProviderPayment
) -> OpenedPayment:
    runner.perform(sync_payment, SyncPayment(shown.id, seen))
    if seen.status != "open":
        return replace(shown, status=seen.status)
    return replace(shown, status="open", url=seen.bank_url, client_secret=seen.client_secret)


@dataclass(frozen=True)
class _Read:
    payment_id: UUID


def _read(tx: Transaction, command: _Read) -> tuple[Payment, str | None]:
    """Return the payment, and the failure code if it could not be opened."""
    payment = tx.session.scalars(select(Payment).where(Payment.id == command.payment_id)).one()
    refused = select(Attempt.failure_code).where(
        Attempt.payment_id == payment.id, Attempt.kind.in_(OPENING), Attempt.status == "failed"
    )
    is_over = payment.status == "voided"
    return payment, tx.session.scalar(refused.limit(1)) if is_over else None
