"""Compares what we believe of card payments with what the provider has, and brings ours up to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.model import constant
from app.core.orders.models import Order
from app.core.orders.paying.note_answer import NoteLapsed, note_lapsed
from app.core.orders.paying.settle_payment import SettlePayment, settle_payment
from app.core.payments.models import Attempt, Payment
from app.core.payments.settle import WAITING
from app.core.provider import Declined, NoAnswer, SeenPayment
from app.core.transaction import Performer, Transaction

LEFT_ALONE = timedelta(seconds=20)
"""How long an attempt is its own process's: longer than any call may take."""
WATCHED = timedelta(hours=2)
"""How long an open payment is looked at each minute: its page does not live as long."""


@dataclass(frozen=True)
class Difference:
    """Of one payment, minor units; None on the side that does not know it."""

    provider_id: str
    order_number: str | None
    ours: tuple[str, int, int] | None
    """(state, captured, refunded)."""
    theirs: tuple[str, int, int] | None


def unfinished(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Attempts that nobody carries out any more: their process died, or nobody answered. The oldest first."""
    found = (
        select(Attempt.id)
        .where(Attempt.state.in_(WAITING), Attempt.asked_at <= now - LEFT_ALONE)
        .order_by(Attempt.asked_at)
        .limit(limit)
    )
    return session.scalars(found).all()


def still_open(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Payments that a payer may have made without our hearing of it: her page or reader is open, and a notice is
    not sure to come. The newest first: of old ones nobody pays any more."""
    found = (
        select(Payment.id)
        .where(
            Payment.method == constant("card"),
            Payment.state == constant("open"),
            Payment.created_at.between(now - WATCHED, now - LEFT_ALONE),
        )
        .order_by(Payment.created_at.desc())
        .limit(limit)
    )
    return session.scalars(found).all()


def look_again(performer: Performer, payment_id: UUID) -> bool:
    """Look how the provider has an open payment, and follow; whether there was something to see."""
    shown = performer.perform(_read_open, _ReadOpen(payment_id))
    if shown is None:
        return False
    provider_id, page_id = shown
    try:
        page = performer.ports.provider.look_at_page(page_id) if page_id else None
        provider_id = page.provider_id if page else provider_id
        seen = performer.ports.provider.look(provider_id) if provider_id else None
    except (NoAnswer, Declined):
        return False
    if seen is not None and seen.status != "open":
        performer.perform(settle_payment, SettlePayment(payment_id, seen))
        return True
    if page is not None and not page.is_open:
        performer.perform(note_lapsed, NoteLapsed(payment_id))
        return True
    return False


def look_at_open(performer: Performer, number: str) -> None:
    """Look how the provider has the open payment of an order, where there is one: a payer comes back before the
    notice does."""
    payment_id = performer.perform(_open_of, _OpenOf(number))
    if payment_id is not None:
        look_again(performer, payment_id)


@dataclass(frozen=True)
class _OpenOf:
    number: str


def _open_of(tx: Transaction, command: _OpenOf) -> UUID | None:
    return tx.session.scalar(
        select(Payment.id)
        .join(Order, Order.id == Payment.order_id)
        .where(Order.number == command.number, Payment.state == "open")
        .limit(1)
    )


@dataclass(frozen=True)
class _ReadOpen:
    payment_id: UUID


def _read_open(tx: Transaction, command: _ReadOpen) -> tuple[str | None, str | None] | None:
    """(provider's id, page's id); None once it is not open any more."""
    payment = tx.session.get_one(Payment, command.payment_id)
    return (payment.provider_id, payment.page_id) if payment.state == "open" else None


def differences(performer: Performer, session: Session, since: datetime) -> Iterator[Difference]:
    """Where the two sides differ, of all payments that began since then at either side."""
    theirs = {one.id: one for one in performer.ports.provider.recent(since)}
    for payment, number in session.execute(_known(since)):
        seen = theirs.pop(payment.provider_id, None) or performer.ports.provider.look(
            payment.provider_id
        )
        if _ours(payment) != _theirs(seen):
            yield Difference(payment.provider_id, number, _ours(payment), _theirs(seen))
    for seen in theirs.values():
        named = _named(session, seen)
        ours = _ours(named) if named is not None else None
        if ours != _theirs(seen):
            yield Difference(seen.id, None, ours, _theirs(seen))


def catch_up(performer: Performer, session: Session, since: datetime) -> int:
    """Bring ours up to the provider's, as if each of its notices had come; how many payments that changed. What it
    has and we never asked for stays a difference, for somebody to look at."""
    known = {
        payment.id: _ours(payment)
        for payment in session.scalars(select(Payment).where(Payment.method == "card"))
    }
    changed = 0
    for seen in performer.ports.provider.recent(since):
        if seen.payment_id in known and known[seen.payment_id] != _theirs(seen):
            performer.perform(settle_payment, SettlePayment(seen.payment_id, seen))
            changed += 1
    return changed


def _known(since: datetime):  # type: ignore[no-untyped-def]
    return (
        select(Payment, Order.number)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Payment.method == "card", Payment.provider_id.is_not(None), Payment.created_at >= since
        )
    )


def _named(session: Session, seen: SeenPayment) -> Payment | None:
    return session.get(Payment, seen.payment_id) if seen.payment_id else None


def _ours(payment: Payment) -> tuple[str, int, int]:
    return payment.state, payment.captured, payment.refunded


def _theirs(seen: SeenPayment) -> tuple[str, int, int]:
    refunded = sum(one.amount for one in seen.refunds if one.status == "succeeded")
    return seen.status, seen.captured, refunded
