"""The provider said that something happened to a payment: look what it is now."""

from dataclasses import dataclass

from sqlalchemy import select, update

from app.core.model import AnyRow
from app.core.orders.paying.settle_payment import SettlePayment, settle_payment
from app.core.payments.models import Payment
from app.core.payments.notices import ProviderNotice
from app.core.transaction import Performer, Transaction


def heed_notice(performer: Performer, notice_id: str) -> None:
    """What a notice tells may be old, and notices come twice, late and in any order: so none is believed. The
    payment is looked at, and ours follows what it is now. Raises NoAnswer, for the job to be repeated."""
    about = performer.perform(_about, _About(notice_id))
    if about is not None:
        seen = performer.ports.provider.look(about.provider_id)
        payment_id = seen.payment_id or about.payment_id
        if payment_id is not None:
            performer.perform(settle_payment, SettlePayment(payment_id, seen))
    performer.perform(_note_heeded, _About(notice_id))


@dataclass(frozen=True)
class _About:
    notice_id: str


def _about(tx: Transaction, command: _About) -> AnyRow | None:
    """(provider_id, payment_id): the payment it is about; None where it is about none, or was heeded."""
    return tx.session.execute(
        select(
            ProviderNotice.provider_id,
            select(Payment.id)
            .where(Payment.provider_id == ProviderNotice.provider_id)
            .scalar_subquery()
            .label("payment_id"),
        ).where(
            ProviderNotice.id == command.notice_id,
            ProviderNotice.provider_id.is_not(None),
            ProviderNotice.heeded_at.is_(None),
        )
    ).one_or_none()


def _note_heeded(tx: Transaction, command: _About) -> None:
    tx.session.execute(
        update(ProviderNotice)
        .where(ProviderNotice.id == command.notice_id, ProviderNotice.heeded_at.is_(None))
        .values(heeded_at=tx.now)
    )
