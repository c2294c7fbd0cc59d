"""Refunds an order: a plan says how much goes back to which payment, then each part goes back by its own
method."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import card_step, format_minor
from app.core.orders import notify, purchased_gift_cards
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Order
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payment_processing import review
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.events import ORDER_REFUND_REROUTED, ORDER_REFUNDED
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import ExternalRefund
from app.core.payments.drawer.rounding import rounding_at_till
from app.core.payments.drawer.shifts import shift_for_cash
from app.core.payments.kinds import NEVER_HAPPENED, REFUND, STORED_VALUE
from app.core.payments.models import Attempt, Payment, PaymentEvent, Refund
from app.core.payments.refund_plan import Paid, odd_rest, plan
from app.core.payments.stored_value import balance
from app.core.transaction import Transaction

Parts = Mapping[UUID, int]
"""Minor units by payment."""


def plan_parts(open_order: OpenOrder, amount: int) -> dict[UUID, int]:
    """Return how much would go back to which payment. Cash goes back at a till only.

    Raises Invalid if the amount is too much.
    """
    payments = open_order.payments
    room = _room(open_order)
    if amount > (most := sum(one.rest for one in room)):
        currency = payments[0].currency if payments else ""
        raise Invalid(
            f"At most {format_minor(most, currency)} can go back"
            + (": cash only at a till." if _has_cash(payments) else "."),
            amount=[f"at most {most}"],
        )
    if odd := odd_rest(room, amount):
        currency = payments[0].currency
        raise Invalid(
            f"Cards in {currency} take back multiples of {format_minor(card_step(currency), currency)}: "
            f"refund {format_minor(odd, currency)} less.",
            amount=[f"{odd} too much"],
        )
    return plan(room, amount)


def check_parts(open_order: OpenOrder, amount: int, parts: Parts) -> None:
    """Raise Invalid unless the parts add up to the amount and each payment has room for its part."""
    room = {one.payment_id: one for one in _room(open_order)}
    beyond = {
        str(one): part
        for one, part in parts.items()
        if one not in room or part > room[one].rest or part % room[one].step
    }
    if beyond or sum(parts.values()) != amount:
        raise Invalid(
            f"The parts must add up to {amount}, and none may be more than what its payment can refund.",
            parts=beyond or ["they do not add up"],
        )


def refund(
    open_order: OpenOrder,
    amount: int,
    reason: str,
    parts: Parts | None = None,
    credit: bool = True,
) -> UUID:
    """Begin a refund and return its id.

    The part beyond a surplus is credited: the order's value falls by it. With `credit=False` nothing is credited,
    because an order that ended may be reinstated at its full price. Gift cards that the order sold are debited by
    the part that returns their price. `parts` replace the plan if staff chose other
    payments; `check_parts` has checked them.
    """
    order = open_order.order
    parts = parts or plan_parts(open_order, amount)
    credited = credited_part(open_order, amount) if credit else 0
    refund_id = new_id()
    event_id = _insert_refund(open_order, refund_id, amount, credited, reason)
    purchased_gift_cards.withdraw_refunded(open_order, credited, event_id)
    order.credited += credited
    _return_parts(open_order, parts, refund_id, event_id)
    notify.notify_customer(open_order.tx, order.id, event_id, "refunded")
    complete_refunds(open_order.tx, order.id)
    return refund_id


def credited_part(open_order: OpenOrder, amount: int) -> int:
    """Return by how much the order's value falls: the part of a refund beyond what was paid in excess."""
    figures = open_order.balance()
    surplus = max(-(figures.amount_due + figures.refunding), 0)
    return max(amount - surplus, 0)


def record_external_refund(open_order: OpenOrder, external: ExternalRefund) -> None:
    """Record a refund made in the provider's dashboard as a refund of this order, with a credit note.

    The credit never exceeds the order's value. An excess is an open balance, and the order is flagged for review.
    """
    order, figures = open_order.order, open_order.balance()
    missing = figures.amount_due + figures.refunding
    has_ended = order.status in ENDED_WITHOUT_SALE
    most = 0 if has_ended else figures.amount_due + figures.paid
    credited = max(min(missing, external.amount, most), 0)
    reason = "made at the payment provider"
    event_id = _insert_refund(open_order, external.refund_id, external.amount, credited, reason)
    purchased_gift_cards.withdraw_refunded(open_order, credited, event_id, is_strict=False)
    order.credited += credited
    notify.notify_customer(open_order.tx, order.id, event_id, "refunded")


def reroute_refund(open_order: OpenOrder, declined: Attempt) -> None:
    """Send a declined part of a refund to the other payments, or flag the order for review if none has room.

    The parts that other payments got stay as they are.
    """
    assert declined.refund_id is not None, "only refunds come here"  # noqa: S101
    tx, order = open_order.tx, open_order.order
    room = _room(open_order, declined.refund_id)
    has_room = declined.amount <= sum(one.rest for one in room)
    if not has_room or odd_rest(room, declined.amount):
        waiting = tx.session.get_one(Refund, declined.refund_id)
        if waiting.status != "needs_review":  # another part was declined before
            waiting.status = REFUND.move(waiting.status, "needs_review")
        review.flag_for_review(open_order, "refund_declined")
        return
    payload = {"refund_id": str(declined.refund_id), "amount": declined.amount}
    event_id = open_order.record(ORDER_REFUND_REROUTED, payload)
    _return_parts(open_order, plan(room, declined.amount), declined.refund_id, event_id)
    complete_refunds(tx, order.id)


def complete_refunds(tx: Transaction, order_id: UUID) -> None:
    """Complete the refunds of which every part has arrived."""
    tx.write()
    refunded = func.sum(PaymentEvent.amount).filter(PaymentEvent.kind == "refund")
    reversed_ = func.sum(PaymentEvent.amount).filter(PaymentEvent.kind == "refund_reversed")
    arrived = (
        select(func.coalesce(refunded, 0) - func.coalesce(reversed_, 0))
        .where(PaymentEvent.refund_id == Refund.id)
        .correlate(Refund)
        .scalar_subquery()
    )
    waiting = select(Refund).where(
        Refund.order_id == order_id, Refund.status != "done", Refund.amount == arrived
    )
    for one in tx.session.scalars(waiting):
        one.status = REFUND.move(one.status, "done")
        tx.ports.jobs.enqueue(tx.session, "issue_invoice", order_id=str(order_id))


def _insert_refund(
    open_order: OpenOrder, refund_id: UUID, amount: int, credited: int, reason: str
) -> UUID:
    """Insert the refund with its event, and return the event's id. The event leaves the reason out, because a
    person wrote it and events are sealed."""
    tx, order = open_order.tx, open_order.order
    payload = {"refund_id": str(refund_id), "amount": amount}
    event_id = open_order.record(ORDER_REFUNDED, payload)
    tx.insert(
        Refund,
        id=refund_id, order_id=order.id, amount=amount, credited=credited, currency=order.currency,
        reason=reason, status="pending", event_id=event_id, created_at=tx.now,
    )  # fmt: skip
    return event_id


def _return_parts(open_order: OpenOrder, parts: Parts, refund_id: UUID, event_id: UUID) -> None:
    tx, order = open_order.tx, open_order.order
    for payment in tenders.in_turn(open_order.payments):
        if part := parts.get(payment.id):
            order.paid += _return_part(tx, order, payment, part, refund_id, event_id)


def _return_part(
    tx: Transaction, order: Order, payment: Payment, part: int, refund_id: UUID, event_id: UUID
) -> int:
    """Return a part to its payment. Return by how much the order's paid amount changes now."""
    if payment.method == "card":
        payment.refunding += part
        request = AttemptRequest("refund", part, payment_id=payment.id, refund_id=refund_id)
        begin_attempt(tx, order, request)
        return 0
    facts: dict[str, Any] = {"provider_reference": str(event_id), "refund_id": refund_id}
    if payment.stored_value_account_id is not None:
        balance.credit(tx, payment.stored_value_account_id, part, payment.id, event_id)
    else:
        facts["shift_id"] = shift_for_cash(tx, order.currency)
        rounding = rounding_at_till(tx, order.currency)
        facts["rounding"] = rounding.round_part(payment.refunded, part)
    return ledger.record(tx, order, payment, "refund", part, event_id, **facts)


def _room(open_order: OpenOrder, refund_id: UUID | None = None) -> list[Paid]:
    """Return how much each payment can still refund; for `refund_id`, without the payments that declined it."""
    tx, payments = open_order.tx, open_order.payments
    declined = [] if refund_id is None else _declined_by(tx, refund_id)
    if tx.actor.device_id is None:
        declined += [one.id for one in payments if one.method == "cash"]
    return tenders.captured(payments, declined)


def _declined_by(tx: Transaction, refund_id: UUID) -> list[UUID]:
    """Return the payments whose provider declined the refund. An attempt that never happened is no decline."""
    failed = select(Attempt.payment_id).where(
        Attempt.refund_id == refund_id,
        Attempt.status == "failed",
        Attempt.failure_code != NEVER_HAPPENED,
    )
    return list(tx.session.scalars(failed))


def _has_cash(payments: Sequence[Payment]) -> bool:
    return any(one.method not in ("card", *STORED_VALUE) for one in payments)
