"""The provider said that something happened to a payment, or to the cards of somebody: look what is now."""

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
    """What a notice tells may be old, and notices come twice, late and in any order: so none is believed. The
    payment is looked at, and ours follows what it is now; so are the cards that somebody keeps. Where the provider
    shows us no payment, as of another account of its own, there is nothing to follow. Raises NoAnswer, for the job
    to be repeated."""
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
        refresh_payment(runner, payment_id)  # as when its page closed and nobody had paid


@dataclass(frozen=True)
class _Subject:
    webhook_event_id: str


def _subject(tx: Transaction, command: _Subject) -> AnyRow | None:
    """(provider_id, payment_id) of the payment, and the customer whose cards it is about, as the provider knows
    her; None once it was heeded."""
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
