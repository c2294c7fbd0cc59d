"""The provider said that something happened to a payment, or to the cards of somebody: look what is now."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from app.core.model import AnyRow
from app.core.payment_processing.provider_sync.reconcile import look_again
from app.core.payment_processing.provider_sync.sync_payment import SettlePayment, settle_payment
from app.core.payment_processing.saved_cards.sync_cards import look_at_cards
from app.core.payments.models import Payment
from app.core.payments.webhook_events import ProviderNotice
from app.core.provider import Declined
from app.core.transaction import Transaction, UseCaseRunner


def heed_notice(runner: UseCaseRunner, notice_id: str) -> None:
    """What a notice tells may be old, and notices come twice, late and in any order: so none is believed. The
    payment is looked at, and ours follows what it is now; so are the cards that somebody keeps. Where the provider
    shows us no payment, as of another account of its own, there is nothing to follow. Raises NoAnswer, for the job
    to be repeated."""
    about = runner.perform(_about, _About(notice_id))
    if about is not None:
        with suppress(Declined):
            _follow(runner, about.provider_id, about.payment_id)
        if about.customer is not None:
            look_at_cards(runner, about.customer)
    runner.perform(_note_heeded, _About(notice_id))


def _follow(runner: UseCaseRunner, provider_id: str | None, payment_id: UUID | None) -> None:
    if provider_id is not None:
        seen = runner.ports.provider.get_payment(provider_id)
        if ours := seen.payment_id or payment_id:
            runner.perform(settle_payment, SettlePayment(ours, seen))
    elif payment_id is not None:
        look_again(runner, payment_id)  # as when its page closed and nobody had paid


@dataclass(frozen=True)
class _About:
    notice_id: str


def _about(tx: Transaction, command: _About) -> AnyRow | None:
    """(provider_id, payment_id) of the payment, and the customer whose cards it is about, as the provider knows
    her; None once it was heeded."""
    by_id = Payment.provider_id == ProviderNotice.provider_id
    known = select(Payment.id).where(by_id).scalar_subquery()
    named = Payment.id == ProviderNotice.payment_id
    return tx.session.execute(
        select(
            ProviderNotice.provider_id,
            ProviderNotice.customer,
            func.coalesce(known, select(Payment.id).where(named).scalar_subquery()).label(
                "payment_id"
            ),
        ).where(
            ProviderNotice.id == command.notice_id,
            ProviderNotice.heeded_at.is_(None),
        )
    ).one_or_none()


def _note_heeded(tx: Transaction, command: _About) -> None:
    tx.session.execute(
        update(ProviderNotice)
        .where(ProviderNotice.id == command.notice_id, ProviderNotice.heeded_at.is_(None))
        .values(heeded_at=tx.now)
    )
