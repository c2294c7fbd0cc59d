"""Handles a webhook event of the provider by reading the present state of its payment or saved cards."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from app.core.model import AnyRow
from app.core.payment_processing.provider_sync.reconcile import refresh_payment
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payment_processing.saved_cards.sync_cards import sync_cards
from app.core.payments.models import Payment
from app.core.payments.webhook_events import WebhookEvent
from app.core.provider import Declined
from app.core.transaction import Transaction, UseCaseRunner


def handle_webhook(runner: UseCaseRunner, webhook_event_id: str) -> None:
    """Sync the payment or the saved cards that the event is about, and mark the event as processed.

    Events come late, twice and in any order, so their content is never applied: the provider's present state is.
    If the provider shows no payment, as for an event of another account, nothing changes. Raises OutcomeUnknown,
    so that the job runs again.
    """
    about = runner.perform(_subject, _Subject(webhook_event_id))
    if about is not None:
        with suppress(Declined):
            _sync(runner, about.provider_id, about.payment_id)
        if about.customer is not None:
            sync_cards(runner, about.customer)
    runner.perform(_mark_processed, _Subject(webhook_event_id))


def _sync(runner: UseCaseRunner, provider_id: str | None, payment_id: UUID | None) -> None:
    if provider_id is not None:
        seen = runner.ports.provider.get_payment(provider_id)
        if ours := seen.payment_id or payment_id:
            runner.perform(sync_payment, SyncPayment(ours, seen))
    elif payment_id is not None:
        refresh_payment(runner, payment_id)  # as when its page expired unpaid


@dataclass(frozen=True)
class _Subject:
    webhook_event_id: str


def _subject(tx: Transaction, command: _Subject) -> AnyRow | None:
    """Return provider_id and payment_id of the payment, and the provider's customer whose cards changed; None if
    the event is processed."""
    by_id = Payment.provider_id == WebhookEvent.provider_id
    known = select(Payment.id).where(by_id).scalar_subquery()
    named = Payment.id == WebhookEvent.payment_id
    return tx.session.execute(
        select(
            WebhookEvent.provider_id,
            WebhookEvent.customer,
            func.coalesce(known, select(Payment.id).where(named).scalar_subquery()).label(
                "payment_id"
            ),
        ).where(
            WebhookEvent.id == command.webhook_event_id,
            WebhookEvent.processed_at.is_(None),
        )
    ).one_or_none()


def _mark_processed(tx: Transaction, command: _Subject) -> None:
    tx.session.execute(
        update(WebhookEvent)
        .where(WebhookEvent.id == command.webhook_event_id, WebhookEvent.processed_at.is_(None))
        .values(processed_at=tx.now)
    )
