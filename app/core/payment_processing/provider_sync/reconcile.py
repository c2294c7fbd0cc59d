"""Reconciles our card payments with the provider."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from app.core.model import constant
from app.core.orders.models import Order
from app.core.payment_processing.provider_sync.record_response import record_page_expired
from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.core.payments.kinds import UNFINISHED
from app.core.payments.models import Attempt, Payment, PaymentEvent, PaymentSession
from app.core.provider import Declined, OutcomeUnknown, PaymentProvider, ProviderPayment
from app.core.transaction import Transaction, UseCaseRunner

CALL_TIME = timedelta(seconds=20)
"""How long an attempt belongs to its process: longer than any call may take."""
WATCHED = timedelta(hours=2)
"""How long an open session is refreshed each minute. Its page expires earlier."""


SideStatus = tuple[str, int, int, int]
"""(status, captured, refunded, charged back), minor units."""


@dataclass(frozen=True)
class Difference:
    """A difference in one payment. A side that does not have the payment is None."""

    provider_id: str
    order_number: str | None
    ours: SideStatus | None
    theirs: SideStatus | None


def unfinished(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Return attempts whose process died or that got no response, oldest first."""
    found = (
        select(Attempt.id)
        .where(Attempt.status.in_(UNFINISHED), Attempt.last_called_at <= now - CALL_TIME)
        .order_by(Attempt.last_called_at)
        .limit(limit)
    )
    return session.scalars(found).all()


def open_sessions(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Return open sessions that may have been paid without an event reaching us.

    A page whose time is over is among them at any age, because an open session blocks the next one. The newest
    come first: old ones are seldom paid.
    """
    found = (
        select(PaymentSession.id)
        .where(
            PaymentSession.status == constant("open"),
            PaymentSession.created_at <= now - CALL_TIME,
            or_(PaymentSession.created_at >= now - WATCHED, PaymentSession.expires_at <= now),
        )
        .order_by(PaymentSession.created_at.desc())
        .limit(limit)
    )
    return session.scalars(found).all()


def refresh_session(runner: UseCaseRunner, session_id: UUID) -> bool:
    """Read an open session at the provider and apply its state. Return True if something changed."""
    shown = runner.perform(_read_open, session_id)
    if shown is None:
        return False
    provider_id, page_id = shown
    try:
        page = runner.ports.provider.get_checkout_session(page_id) if page_id else None
        provider_id = page.provider_id if page else provider_id
        seen = runner.ports.provider.get_payment(provider_id) if provider_id else None
    except (OutcomeUnknown, Declined):
        return False
    has_money = seen is not None and seen.status != "open"
    progress = "open"
    if seen is not None and has_money:
        progress = runner.perform(sync_payment, SyncPayment(session_id, seen)) or "open"
    is_over = page is not None and not page.is_open
    if is_over and progress == "open":  # unpaid, or paid with another amount
        runner.perform(record_page_expired, session_id)
    return has_money or is_over


def refresh_open_session(runner: UseCaseRunner, number: str) -> None:
    """Refresh the open session of an order, if there is one: a payer may return before the event arrives."""
    session_id = runner.perform(_open_session_of, number)
    if session_id is not None:
        refresh_session(runner, session_id)


def _open_session_of(tx: Transaction, number: str) -> UUID | None:
    return tx.session.scalar(
        select(PaymentSession.id)
        .join(Order, Order.id == PaymentSession.order_id)
        .where(Order.number == number, PaymentSession.status == constant("open"))
        .limit(1)
    )


def _read_open(tx: Transaction, session_id: UUID) -> tuple[str | None, str | None] | None:
    """Return the provider's id and the page's id; None if the session is not open."""
    session = tx.session.get_one(PaymentSession, session_id)
    return (session.provider_id, session.page_id) if session.status == "open" else None


def differences(runner: UseCaseRunner, session: Session, since: datetime) -> Iterator[Difference]:
    """Yield the differences of all payments that began since then on either side. Raises OutcomeUnknown."""
    provider = runner.ports.provider
    theirs = {one.id: one for one in provider.list_payments(since)}
    known = _known(session, since, theirs.values())
    for one in known:
        if one.provider_id is None:
            continue
        seen = theirs.pop(one.provider_id, None) or _get_payment(provider, one.provider_id)
        status = None if seen is None else _theirs(seen)
        if one.ours != status:
            yield Difference(one.provider_id, one.number, one.ours, status)
    named = {one.payment_id: one for one in known}
    for seen in theirs.values():
        ours = named.get(seen.payment_id) if seen.payment_id else None
        number, status = (ours.number, ours.ours) if ours else (None, None)
        if status != _theirs(seen):
            yield Difference(seen.id, number, status, _theirs(seen))


def reconcile_since(runner: UseCaseRunner, session: Session, since: datetime) -> int:
    """Apply the provider's state, as if each event had arrived. Return the number of changed payments.

    A payment that we never requested stays a difference, for staff to review. Raises OutcomeUnknown.
    """
    theirs = list(runner.ports.provider.list_payments(since))
    ours = {one.payment_id: one.ours for one in _known(session, None, theirs)}
    changed = 0
    for seen in theirs:
        if seen.payment_id and ours.get(seen.payment_id, _theirs(seen)) != _theirs(seen):
            runner.perform(sync_payment, SyncPayment(seen.payment_id, seen))
            changed += 1
    return changed


@dataclass(frozen=True)
class _Known:
    """One of our sessions with its payment, read before the provider is called, so that no transaction is open
    meanwhile."""

    payment_id: UUID
    provider_id: str | None
    number: str
    ours: SideStatus


def _known(
    session: Session, since: datetime | None, theirs: Iterable[ProviderPayment]
) -> list[_Known]:
    """Return the sessions that the provider's payments name, and those that began since then.

    Every card payment has a session. A session without a payment counts as open or voided.
    """
    named = PaymentSession.id.in_([one.payment_id for one in theirs if one.payment_id is not None])
    rows = session.execute(
        select(
            PaymentSession.id, PaymentSession.provider_id, Order.number,
            func.coalesce(Payment.status, _STATUS_WITHOUT_MONEY).label("status"),
            func.coalesce(Payment.captured, 0).label("captured"),
            func.coalesce(Payment.refunded - _OTHERWISE, 0).label("refunded"),
            func.coalesce(Payment.charged_back, 0).label("charged_back"),
        )
        .join(Order, Order.id == PaymentSession.order_id)
        .outerjoin(Payment, Payment.id == PaymentSession.id)
        .where(or_(PaymentSession.created_at >= since, named) if since else named)
    ).all()  # fmt: skip
    session.rollback()
    return [
        _Known(
            row.id,
            row.provider_id,
            row.number,
            (row.status, row.captured, int(row.refunded), row.charged_back),
        )
        for row in rows
    ]


_STATUS_WITHOUT_MONEY = case((PaymentSession.status == "open", "open"), else_="voided")
_OTHERWISE = (
    select(func.coalesce(func.sum(PaymentEvent.amount), 0))
    .where(PaymentEvent.payment_id == Payment.id, PaymentEvent.refund_method.is_not(None))
    .correlate(Payment)
    .scalar_subquery()
)
"""The amount that was refunded in another way than through the provider."""


def _get_payment(provider: PaymentProvider, provider_id: str) -> ProviderPayment | None:
    """Return the payment, or None if the provider has no such payment."""
    try:
        return provider.get_payment(provider_id)
    except Declined:
        return None


def _theirs(seen: ProviderPayment) -> SideStatus:
    refunded = sum(one.amount for one in seen.refunds if one.status == "succeeded")
    disputed = sum(
        one.amount for one in seen.disputes if one.withdraws_amount and one.status != "won"
    )
    return seen.status, seen.captured, refunded, disputed
