"""Makes the call of an attempt to the provider, and has the response recorded."""

import logging
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from app.core.orders import pickup
from app.core.orders.models import Order
from app.core.payment_processing.provider_sync.record_response import (
    RecordDecline,
    RecordPage,
    record_decline,
    record_no_effect,
    record_page,
    record_timeout,
)
from app.core.payment_processing.provider_sync.send_call import NoEffect, ProviderCall, send
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payments.kinds import UNFINISHED
from app.core.payments.models import Attempt, PaymentSession
from app.core.payments.saved_cards import SavedCard
from app.core.provider import (
    CheckoutSession,
    Declined,
    OutcomeUnknown,
    PaymentProvider,
    PaymentRequest,
    ProviderPayment,
)
from app.core.transaction import Action, Transaction, UseCaseRunner

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CallOutcome:
    """What came of a call, after it was recorded."""

    status: Literal["done", "unknown", "no_effect", "declined"]
    progress: str = "open"
    """The status of the payment, or that of its session while there is no payment; `closing` if the session is
    open and is being closed."""
    page: CheckoutSession | None = field(default=None, repr=False)
    payment: ProviderPayment | None = field(default=None, repr=False)
    code: str = ""
    """The provider's code for a decline."""


def call_provider(runner: UseCaseRunner, attempt_id: UUID) -> CallOutcome | None:
    """Make the call of an attempt. Return None if the attempt was completed before.

    1. Read the attempt and note the call. 2. Call the provider, with no transaction open. 3. Record the response.

    If the process dies, or no response comes, the attempt stays, and the reconciler makes the call again: with the
    same key, so it has one effect; after a day it only reads the outcome. Another attempt with its own key
    replaces this one only if this one can have no effect any more.
    """
    call = runner.perform(claim_attempt, attempt_id)
    if call is None:
        return None
    try:
        response = send(runner.ports.provider, call)
        seen = _payment_of(runner.ports.provider, response)
    except OutcomeUnknown:
        extra = {"attempt": str(attempt_id), "kind": call.kind}
        log.warning("provider_unavailable", extra=extra)
        runner.perform(record_timeout, attempt_id)
        return CallOutcome("unknown")
    except NoEffect:
        runner.perform(record_no_effect, attempt_id)
        return CallOutcome("no_effect")
    except Declined as no:
        runner.perform(record_decline, RecordDecline(attempt_id, no.code))
        return CallOutcome("declined", code=no.code)
    return _record(runner, call, response, seen)


ACTIONS: dict[str, Action] = {"call_provider": call_provider}
"""By the name that `Transaction.after_commit` gets."""


def _record(
    runner: UseCaseRunner,
    call: ProviderCall,
    response: CheckoutSession | ProviderPayment,
    seen: ProviderPayment | None,
) -> CallOutcome:
    outcome = CallOutcome("done", payment=seen)
    if isinstance(response, CheckoutSession):
        is_over = not response.is_open and (seen is None or seen.status == "open")
        is_open = runner.perform(record_page, RecordPage(call.attempt_id, response, is_over))
        outcome = replace(outcome, page=response, progress="open" if is_open else "closing")
    if seen is not None:
        command = SyncPayment(call.request.payment_id, seen, call.attempt_id)
        progress = runner.perform(sync_payment, command)
        outcome = replace(outcome, progress=progress or "open")
    return outcome


def claim_attempt(tx: Transaction, attempt_id: UUID) -> ProviderCall | None:
    """Note the call of an attempt, and return it; None if the attempt is completed."""
    attempt, session, order, card = tx.session.execute(
        select(Attempt, PaymentSession, Order, SavedCard.provider_id)
        .join(
            PaymentSession,
            PaymentSession.id == func.coalesce(Attempt.session_id, Attempt.payment_id),
        )
        .join(Order, Order.id == Attempt.order_id)
        .outerjoin(SavedCard, SavedCard.id == PaymentSession.card_id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt, key_share=True)
    ).one()
    if attempt.status not in UNFINISHED:
        return None
    attempt.last_called_at, attempt.tries = tx.now, attempt.tries + 1
    token = pickup.order_token(tx.ports.secrets, order.number)
    return ProviderCall(
        attempt_id=attempt.id,
        kind=attempt.kind,
        request=PaymentRequest(
            session.id,
            order.number,
            attempt.amount,
            session.currency,
            session.provider_customer_id,
            session.saves_card,
        ),
        reader=session.reader or "",
        card=card or "",
        provider_id=session.provider_id or "",
        page_id=session.page_id or "",
        page_expires_at=session.expires_at,
        return_url=f"{tx.ports.site}/orders/{order.number}?token={token}",
        now=tx.now,
        begun_at=attempt.created_at,
        tries=attempt.tries,
    )


def _payment_of(
    provider: PaymentProvider, response: CheckoutSession | ProviderPayment
) -> ProviderPayment | None:
    """Return the payment of a response; None for a page that is not confirmed yet."""
    if isinstance(response, ProviderPayment):
        return response
    return provider.get_payment(response.provider_id) if response.provider_id else None
