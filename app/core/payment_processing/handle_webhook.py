"""Handles a webhook event of the provider by reading the present state of its payment or saved cards."""

from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update

from app.core.payment_processing.provider_sync.reconcile import refresh_session
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payment_processing.saved_cards.sync_cards import sync_cards
from app.core.payments.models import PaymentSession
from app.core.payments.webhook_events import WebhookEvent
from app.core.provider import Declined
from app.core.transaction import Transaction, UseCaseRunner


class EventSubject(NamedTuple):
    """What a webhook event is about."""

    provider_id: str | None
    """The payment at the provider."""
    customer: str | None
    """The provider's customer whose cards changed."""
    session_id: UUID | None


def handle_webhook(runner: UseCaseRunner, webhook_event_id: str) -> None:
    """Sync the payment or the saved cards that the event is about, and mark the event as processed.

    Events come late, twice and in any order, so their content is never applied: the provider's present state is.
    If the provider shows no payment, as for an event of another account, nothing changes. Raises OutcomeUnknown,
    so that the job runs again.
    """
    subject = runner.perform(_subject, webhook_event_id)
    if subject is not None:
        with suppress(Declined):
            _sync(runner, subject.provider_id, subject.session_id)
        if subject.customer is not None:
            sync_cards(runner, subject.customer)
    runner.perform(_mark_processed, webhook_event_id)


def _sync(runner: UseCaseRunner, provider_id: str | None, session_id: UUID | None) -> None:
    if provider_id is not None:
        seen = runner.ports.provider.get_payment(provider_id)
        if ours := seen.payment_id or session_id:
            runner.perform(sync_payment, SyncPayment(ours, seen))
    elif session_id is not None:
        refresh_session(runner, session_id)  # as when its page expired unpaid


def _subject(tx: Transaction, webhook_event_id: str) -> EventSubject | None:
    """Return the subject of an event; None if the event is processed.

    The session is looked up by the payment at the provider, then by the id in the event. An event can come before
    the payment has a row of its own.
    """
    by_id = PaymentSession.provider_id == WebhookEvent.provider_id
    known = select(PaymentSession.id).where(by_id).scalar_subquery()
    by_name = PaymentSession.id == WebhookEvent.payment_id
    named = select(PaymentSession.id).where(by_name).scalar_subquery()
    row = tx.session.execute(
        select(WebhookEvent.provider_id, WebhookEvent.customer, func.coalesce(known, named)).where(
            WebhookEvent.id == webhook_event_id, WebhookEvent.processed_at.is_(None)
        )
    ).one_or_none()
    return EventSubject(*row) if row is not None else None


def _mark_processed(tx: Transaction, webhook_event_id: str) -> None:
    tx.session.execute(
        update(WebhookEvent)
        .where(WebhookEvent.id == webhook_event_id, WebhookEvent.processed_at.is_(None))
        .values(processed_at=tx.now)
    )
