"""Opens a payment for a payer: begins it, and returns its page, client secret or status."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from app.core.error_codes import Code
from app.core.errors import Conflict
from app.core.payment_processing.begin_payment import BeginPayment, BegunPayment, begin_payment
from app.core.payment_processing.provider_customers import provider_customer_id
from app.core.payment_processing.provider_sync.call_provider import CallOutcome
from app.core.payment_processing.provider_sync.record_response import (
    record_page_expired,
    unknown_provider_customer,
)
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payment_processing.sessions import close_refused
from app.core.payments.kinds import PAYMENT_PROGRESS
from app.core.provider import Declined, OutcomeUnknown, ProviderPayment
from app.core.transaction import Actor, UseCaseRunner

TRIES = 3
"""Another session may be open, or a page may have expired. Each is ended, and then the next try is free."""


@dataclass(frozen=True)
class OpenedPayment:
    """The data with which a payer pays."""

    id: UUID
    flow: str
    status: str
    amount: int
    currency: str
    url: str | None = field(default=None, repr=False)
    """The provider's page, or the bank's page for authentication."""
    client_secret: str | None = field(default=None, repr=False)
    """The app confirms the payment with it."""


def open_payment(runner: UseCaseRunner, command: BeginPayment, actor: Actor) -> OpenedPayment:
    """Begin a payment, or find the open one. The provider is called with no transaction open.

    A new payment costs one call. An open one is read once at the provider, because its payer may have paid.

    Raises what `begin_payment` raises, and Conflict: payment_open while another payment cannot be closed, and
    provider_unavailable if the provider did not respond (both mean: try again in a moment); reader_busy,
    reader_offline, reader_not_found or payment_declined if the provider, or the bank of a saved card, declines.
    """
    if command.save_card and actor.id is not None:
        _make_known(runner, actor.id)
    for _ in range(TRIES):
        performed = runner.run(begin_payment, command, actor)
        begun = performed.result
        outcome = performed.outcomes.get(begun.attempt_id) if begun.attempt_id else None
        opened = _opened(runner, begun, command, outcome)
        if opened is not None:
            return opened
    raise Conflict(
        "Another payment of this order is under way: finish it, or try again in a minute.",
        code="payment_open",
    )


def _opened(
    runner: UseCaseRunner, begun: BegunPayment, command: BeginPayment, outcome: object
) -> OpenedPayment | None:
    """Return the payment for its payer, or None to begin again. Raises Conflict."""
    done = outcome if isinstance(outcome, CallOutcome) else CallOutcome("unknown")
    if begun.state == "paid":
        return _present(begun, begun.status)
    if begun.state == "new":
        return _after_opening(runner, begun, done)
    if begun.state == "same":
        return _refresh(runner, begun, command.reader)
    # It is being closed. Its page was for other terms, perhaps for another payer: never show it.
    is_paid = done.status == "done" and done.progress in ("authorised", "captured")
    return _present(begun, done.progress) if is_paid and begun.terms.flow == command.flow else None


def _after_opening(
    runner: UseCaseRunner, begun: BegunPayment, outcome: CallOutcome
) -> OpenedPayment | None:
    terms = begun.terms
    if outcome.status == "declined":
        if unknown_provider_customer(terms.provider_customer_id, terms.card_id, outcome.code):
            return None
        raise _refusal(outcome.code, begun)
    if outcome.status != "done":
        raise _unavailable()
    if outcome.progress not in PAYMENT_PROGRESS:
        return None  # the session has ended meanwhile, or is being closed
    if outcome.page is not None and outcome.payment is None:
        return _present(begun, outcome.progress, url=outcome.page.url)
    assert outcome.payment is not None, "a response shows a page or a payment"  # noqa: S101
    return _present_payment(runner, begun, outcome.payment, outcome.progress)


def _refresh(
    runner: UseCaseRunner, begun: BegunPayment, reader: str | None
) -> OpenedPayment | None:
    """Read an open session at the provider. If the provider is silent, its page may still be open: return it."""
    try:
        return _read(runner, begun, reader)
    except Declined as no:
        raise _refusal(no.code, begun) from None
    except OutcomeUnknown:
        if begun.url is not None:
            return _present(begun, "open", url=begun.url)
        raise _unavailable() from None


def _read(runner: UseCaseRunner, begun: BegunPayment, reader: str | None) -> OpenedPayment | None:
    provider, provider_id = runner.ports.provider, begun.provider_id
    if begun.page_id is not None:
        page = provider.get_checkout_session(begun.page_id)
        if page.is_open:
            return _present(begun, "open", url=page.url)
        return _read_closed_page(runner, begun, page.provider_id)
    if provider_id is None:
        raise OutcomeUnknown("The opening has no response yet.")
    seen = provider.get_payment(provider_id)
    if seen.status == "open":
        if reader is not None:  # after a declined card
            seen = provider.resume_reader_payment(seen.id, reader)
        return _present_payment(runner, begun, seen, "open")
    progress = runner.perform(sync_payment, SyncPayment(begun.session_id, seen))
    return _present(begun, progress) if progress in PAYMENT_PROGRESS else None


def _read_closed_page(
    runner: UseCaseRunner, begun: BegunPayment, provider_id: str | None
) -> OpenedPayment | None:
    """Return the payment of a closed page. Without the payment that the session requests, end the session and
    return None, to begin again."""
    try:
        seen = runner.ports.provider.get_payment(provider_id) if provider_id else None
    except OutcomeUnknown:
        raise _unavailable() from None  # never send a payer to a closed page
    progress = "open"
    if seen is not None and seen.status != "open":
        command = SyncPayment(begun.session_id, seen)
        progress = runner.perform(sync_payment, command) or "open"
    if progress == "open":
        runner.perform(record_page_expired, begun.session_id)
    is_paid = progress in ("authorised", "captured")
    return _present(begun, progress) if is_paid else None


def _present_payment(
    runner: UseCaseRunner, begun: BegunPayment, seen: ProviderPayment, progress: str
) -> OpenedPayment:
    """Return a payment with the data that its payer confirms it with. Raises Conflict if the bank refused a saved
    card: nothing is left to confirm."""
    if progress != "open":
        return _present(begun, progress)
    if begun.terms.card_id is not None and not seen.bank_url:
        runner.perform(close_refused, begun.session_id)
        raise _refusal(seen.failure_code or "not confirmed", begun)
    return replace(_present(begun, progress), url=seen.bank_url, client_secret=seen.client_secret)


def _present(begun: BegunPayment, status: str, url: str | None = None) -> OpenedPayment:
    terms = begun.terms
    return OpenedPayment(begun.session_id, terms.flow, status, terms.amount, begun.currency, url)


def _make_known(runner: UseCaseRunner, customer_id: UUID) -> None:
    """Create the customer at the provider, so that a card can be saved. Raises Conflict (provider_unavailable)."""
    try:
        provider_customer_id(runner, customer_id)
    except (OutcomeUnknown, Declined):
        raise _unavailable() from None


def _unavailable() -> Conflict:
    return Conflict(
        "The payment provider does not respond. Nothing was charged. Try again in a moment.",
        code="provider_unavailable",
    )


REFUSALS: dict[str, tuple[Code, str]] = {
    "reader_busy": ("reader_busy", "The card reader is busy: wait until it is done, or take another one."),
    "reader_offline": ("reader_offline", "The card reader is offline: switch it on, or take another one."),
    "reader_not_found": ("reader_not_found", "There is no such card reader: check its id."),
}  # fmt: skip
"""The error code and message by the provider's code."""


def _refusal(code: str, begun: BegunPayment) -> Conflict:
    known = REFUSALS.get(code)
    if known is not None:
        return Conflict(known[1], known[0])
    message = (
        f"This card was refused ({code}): nothing was charged, take another."
        if begun.terms.card_id
        else f"The payment provider does not take this payment ({code}): pay in another way."
    )
    return Conflict(message, code="payment_declined", failure_code=code)
