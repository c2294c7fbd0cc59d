"""Money goes back to where it came from: the plan first, then each part by its own way."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import format_minor, round_part
from app.core.orders import notify
from app.core.orders.models import Fulfilment, Order
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payment_processing import review
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.events import ORDER_REFUND_REROUTED, ORDER_REFUNDED
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import ExternalRefund
from app.core.payments.drawer.shifts import shift_for_cash
from app.core.payments.kinds import NEVER_HAPPENED, STORED_VALUE
from app.core.payments.models import Attempt, Payment, PaymentEvent, Refund
from app.core.payments.refund_plan import Paid, plan
from app.core.payments.stored_value import balance
from app.core.transaction import Transaction

Parts = Mapping[UUID, int]
"""Minor units by payment."""


def planned(tx: Transaction, payments: Sequence[Payment], amount: int) -> dict[UUID, int]:
    """What would go back to which tender. Cash is given at a till only. Raises Invalid where it is too much."""
    room = _room(tx, payments)
    if amount > (most := sum(one.rest for one in room)):
        currency = payments[0].currency if payments else ""
        raise Invalid(
            f"At most {format_minor(most, currency)} can go back"
            + (": cash only at a till." if _has_cash(payments) else "."),
            amount=[f"at most {most}"],
        )
    return plan(room, amount)


def refund(
    tx: Transaction,
    order: Order,
    payments: Sequence[Payment],
    amount: int,
    reason: str,
    parts: Parts | None = None,
    credit: bool = True,
) -> UUID:
    """Begin to give so much back; its id. The order and its payments are locked.

    What is given back beyond what was overpaid is credited, so that the order comes to so much less; not where it
    ended, since it may live again. `parts` are for where somebody with the right chose other tenders than the plan
    does; they were checked by `check_parts`.
    """
    parts = parts or planned(tx, payments, amount)
    credited = 0
    if credit:
        overpaid = -order.due - sum(one.refunding for one in payments)
        credited = max(amount - max(overpaid, 0), 0)
    order.credited += credited
    refund_id = new_id()
    payload = {"refund_id": str(refund_id), "amount": amount}  # what people write is not sealed
    event_id = tx.record(ORDER_REFUNDED, payload, order_id=order.id)
    _insert(tx, order, refund_id, amount, credited, reason, event_id)
    for payment in tenders.in_turn(payments):
        if part := parts.get(payment.id):
            order.paid += _give(tx, order, payment, part, refund_id, event_id)
    notify.notify_customer(tx, order.id, event_id, "refunded")
    finish_refunds(tx, order.id)
    return refund_id


def record_external_refund(
    tx: Transaction, order: Order, payments: Sequence[Payment], external: ExternalRefund
) -> None:
    """Somebody made a refund at the provider's own console, and it has left what the order was paid: it becomes
    one of ours, that the order comes to so much less by, for the books and the shopper. An order comes to less
    than nothing by none: what is given back beyond is lost, for somebody to look at."""
    overdue = order.due + sum(one.refunding for one in payments)
    most = 0 if order.status in ENDED_WITHOUT_SALE else order.due + order.paid
    credited = max(min(overdue, external.amount, most), 0)
    order.credited += credited
    refund_id, amount = external.refund_id, external.amount
    payload = {"refund_id": str(refund_id), "amount": amount}
    event_id = tx.record(ORDER_REFUNDED, payload, order_id=order.id)
    _insert(tx, order, refund_id, amount, credited, "made at the payment provider", event_id)
    notify.notify_customer(tx, order.id, event_id, "refunded")


def _insert(
    tx: Transaction,
    order: Order,
    refund_id: UUID,
    amount: int,
    credited: int,
    reason: str,
    event_id: UUID,
) -> None:
    tx.insert(
        Refund,
        id=refund_id, order_id=order.id, amount=amount, credited=credited, currency=order.currency,
        reason=reason, status="pending", event_id=event_id, created_at=tx.now,
    )  # fmt: skip


def check_parts(tx: Transaction, payments: Sequence[Payment], amount: int, parts: Parts) -> None:
    """Raises Invalid unless the parts make up the amount and each tender has room for its own."""
    room = {one.payment_id: one.rest for one in _room(tx, payments)}
    beyond = {str(one): part for one, part in parts.items() if part > room.get(one, 0)}
    if beyond or sum(parts.values()) != amount:
        raise Invalid(
            f"The parts must add up to {amount}, and none may be more than what its tender paid.",
            parts=beyond or ["they do not add up"],
        )


def reroute_refund(
    tx: Transaction, order: Order, fulfilment: Fulfilment, declined: Attempt
) -> None:
    """A tender did not take its part back: it goes to the next. Where there is none, somebody has to see to it.
    What the other tenders got already stays as it is."""
    assert declined.refund_id is not None, "only refunds come here"  # noqa: S101
    payments = tenders.of(tx.session, order.id)
    room = _room(tx, payments, declined.refund_id)
    if declined.amount > sum(one.rest for one in room):
        given = tx.session.get_one(Refund, declined.refund_id)
        given.status = "needs_review"
        review.flag_for_review(tx, order, fulfilment, "refund_declined")
        return
    event_id = tx.record(
        ORDER_REFUND_REROUTED,
        {"refund_id": str(declined.refund_id), "amount": declined.amount},
        order_id=order.id,
    )
    parts = plan(room, declined.amount)
    for payment in tenders.in_turn(payments):
        if part := parts.get(payment.id):
            order.paid += _give(tx, order, payment, part, declined.refund_id, event_id)
    finish_refunds(tx, order.id)


def finish_refunds(tx: Transaction, order_id: UUID) -> None:
    """Those of which every part has arrived are done."""
    tx.write()
    given = func.sum(PaymentEvent.amount).filter(PaymentEvent.kind == "refund")
    taken_back = func.sum(PaymentEvent.amount).filter(PaymentEvent.kind == "refund_reversed")
    arrived = (
        select(func.coalesce(given, 0) - func.coalesce(taken_back, 0))
        .where(PaymentEvent.refund_id == Refund.id)
        .correlate(Refund)
        .scalar_subquery()
    )
    waiting = select(Refund).where(
        Refund.order_id == order_id, Refund.status != "done", Refund.amount == arrived
    )
    for one in tx.session.scalars(waiting):
        one.status = "done"
        tx.ports.jobs.enqueue(tx.session, "issue_invoice", order_id=str(order_id))


def _give(
    tx: Transaction, order: Order, payment: Payment, part: int, refund_id: UUID, event_id: UUID
) -> int:
    """Give a part to its tender; by how much it changes what the order has been paid by now."""
    if payment.method == "card":
        payment.refunding += part
        begin_attempt(tx, order, payment.id, AttemptRequest("refund", part, refund_id=refund_id))
        return 0
    facts: dict[str, Any] = {"provider_reference": str(event_id), "refund_id": refund_id}
    if payment.stored_value_account_id is not None:
        balance.credit(tx, payment.stored_value_account_id, part, payment.id, event_id)
    else:
        facts["shift_id"] = shift_for_cash(tx, order.currency)
        facts["rounding"] = round_part(payment.refunded, part, order.currency)
    return ledger.record(tx, order, payment, "refund", part, event_id, **facts)


def _room(
    tx: Transaction, payments: Sequence[Payment], refund_id: UUID | None = None
) -> list[Paid]:
    declined = [] if refund_id is None else _declining(tx, refund_id)
    if tx.actor.device_id is None:
        declined += [one.id for one in payments if one.method == "cash"]
    return tenders.paid(payments, declined)


def _declining(tx: Transaction, refund_id: UUID) -> list[UUID]:
    """Those that said no. What was only lost is asked of them again."""
    failed = select(Attempt.payment_id).where(
        Attempt.refund_id == refund_id,
        Attempt.status == "failed",
        Attempt.failure_code != NEVER_HAPPENED,
    )
    return list(tx.session.scalars(failed))


def _has_cash(payments: Sequence[Payment]) -> bool:
    return any(one.method not in ("card", *STORED_VALUE) for one in payments)
