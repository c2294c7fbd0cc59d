"""No tender takes back what a shopper is to have: she gets it by another way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.errors import Conflict, Invalid
from app.core.money import round_cash, round_part
from app.core.orders import locking
from app.core.orders.models import Order
from app.core.payment_processing.balance_due import open_balance
from app.core.payment_processing.events import ORDER_REFUNDED_MANUALLY
from app.core.payment_processing.refund import finish_refunds
from app.core.payment_processing.review import clear_review
from app.core.payments import ledger, tenders
from app.core.payments.drawer.shifts import shift_for_cash
from app.core.payments.models import Payment
from app.core.payments.stored_value import balance, store_credit_account
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ManualRefund:
    number: str
    refund_method: str
    """cash, out of the drawer of the till that asks; store_credit; bank, where somebody has transferred it."""
    location_id: UUID | None = None
    """For staff: only an order of their own store."""


@dataclass(frozen=True)
class ManuallyRefunded:
    number: str
    refund_method: str
    amount: int
    """Minor units, of what she was to have."""
    handed: int
    """What she gets: of cash as there are coins for it."""
    currency: str


def refund_manually(tx: Transaction, command: ManualRefund) -> ManuallyRefunded:
    """Give what was refunded and taken back by no tender, and nothing beyond what she is owed.

    1. Lock the order and its payments. What waits is the part of each refund that has neither arrived nor is on
       its way.
    2. Each part is written on the payment that it was of, with the way it went: so no payment ever gives back more
       than it took, and what is said to have gone through the provider is what went through it.
    3. The refunds are done with that, and the order is off the list unless something else is wrong with it.

    Raises NotFound, Conflict (no_refund_pending, currency_mismatch), Invalid for store credit of a guest.
    """
    order, fulfilment = locking.by_number(tx.session, command.number, command.location_id)
    payments = tenders.of(tx.session, order.id)
    waiting = tx.session.execute(_WAITING, {"order": order.id}).all()
    parts = list(_parts(payments, waiting, -open_balance(tx, order, payments)))
    amount = sum(part for _, _, part in parts)
    if not amount:
        raise Conflict(
            f"Nothing of order {order.number} waits to be given back: refund it first.",
            code="no_refund_pending",
        )
    event_id = tx.record(
        ORDER_REFUNDED_MANUALLY,
        {"amount": amount, "refund_method": command.refund_method},
        order_id=order.id,
    )
    given = 0
    for payment, refund_id, part in parts:
        facts = _refund_by(tx, order, command.refund_method, payment, part, given, event_id)
        facts |= {"provider_reference": f"{event_id} {refund_id}", "refund_id": refund_id}
        order.paid += ledger.record(tx, order, payment, "refund", part, event_id, **facts)
        given += part
    finish_refunds(tx, order.id)
    if order.review_reason == "refund_declined" and not open_balance(tx, order, payments):
        clear_review(tx, order, fulfilment)
    handed = round_cash(amount, order.currency) if command.refund_method == "cash" else amount
    return ManuallyRefunded(order.number, command.refund_method, amount, handed, order.currency)


def _parts(
    payments: Sequence[Payment], waiting: Sequence[Any], owed: int
) -> Iterator[tuple[Payment, UUID, int]]:
    """Of which payment, and for which refund, how much. A bank may have taken meanwhile what was to go back, or
    another refund have brought it."""
    room = {one.payment_id: one.rest for one in tenders.paid(payments)}
    for refund_id, rest in waiting:
        left = rest
        for payment in payments:
            part = min(left, room.get(payment.id, 0), owed)
            if part > 0:
                yield payment, refund_id, part
                room[payment.id] -= part
                left -= part
                owed -= part


def _refund_by(
    tx: Transaction,
    order: Order,
    refund_method: str,
    payment: Payment,
    part: int,
    given: int,
    event_id: UUID,
) -> dict[str, Any]:
    """Give a part, after so much; what its line of the ledger tells besides."""
    facts: dict[str, Any] = {"refund_method": refund_method}
    if refund_method == "cash":
        facts["shift_id"] = shift_for_cash(tx, order.currency)
        facts["rounding"] = round_part(given, part, order.currency)
    if refund_method == "store_credit":
        own = order.customer_id and store_credit_account.lock_and_add(
            tx, order.customer_id, order.currency
        )
        if own is None:
            raise Invalid("Who ordered has no account for store credit: give it in another way.")
        balance.credit(tx, own, part, payment.id, event_id)
    return facts


_WAITING = text("""
    SELECT r.id, CAST(r.amount
        - coalesce((
            SELECT sum(CASE kind WHEN 'refund' THEN amount WHEN 'refund_reversed' THEN -amount ELSE 0 END)
            FROM payment_events e WHERE e.refund_id = r.id), 0)
        - coalesce((
            SELECT sum(amount) FROM payment_attempts a
            WHERE a.refund_id = r.id AND a.status IN ('live', 'unknown')), 0) AS bigint) AS rest
    FROM refunds r WHERE r.order_id = :order AND r.status = 'needs_review' ORDER BY r.id
""")
