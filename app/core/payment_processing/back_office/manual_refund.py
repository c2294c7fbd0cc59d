"""Pays a refund that no payment takes back: in cash, as store credit or by bank transfer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.errors import Conflict, Invalid
from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.payment_processing.balance_due import open_balance
from app.core.payment_processing.events import ORDER_REFUNDED_MANUALLY
from app.core.payment_processing.refund import complete_refunds
from app.core.payment_processing.review import clear_review
from app.core.payments import ledger, tenders
from app.core.payments.drawer.rounding import rounding_at_till
from app.core.payments.drawer.shifts import shift_for_cash
from app.core.payments.models import Payment
from app.core.payments.stored_value import balance, store_credit_account
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ManualRefund:
    number: str
    refund_method: str
    """cash, from the drawer of the till that calls; store_credit; bank, after staff transferred it."""
    location_id: UUID | None = None
    """For staff: only an order of their own store."""


@dataclass(frozen=True)
class ManuallyRefunded:
    number: str
    refund_method: str
    amount: int
    """The amount of the refund, minor units."""
    handed: int
    """What the customer gets: for cash, rounded to the smallest coin."""
    currency: str


class PendingRefund(NamedTuple):
    refund_id: UUID
    rest: int
    """What has neither arrived nor is on its way."""


class RefundPart(NamedTuple):
    payment: Payment
    refund_id: UUID
    amount: int


def refund_manually(tx: Transaction, command: ManualRefund) -> ManuallyRefunded:
    """Pay what was refunded and no payment took back, and never more than the open balance.

    1. Lock the order. Pending is the part of each refund that has neither arrived nor is on its way.
    2. Write each part on the payment that it belongs to, with the refund method. So no payment gives back more
       than it captured, and the ledger of the provider's refunds stays true.
    3. Complete the refunds, and end the review unless something else is wrong.

    Raises NotFound, Conflict (no_refund_pending, currency_mismatch), Invalid for store credit of a guest.
    """
    open_order = locking.load_by_number(tx, command.number, command.location_id)
    order = open_order.order
    pending = [PendingRefund(*row) for row in tx.session.execute(_PENDING, {"order": order.id})]
    parts = list(_parts(open_order.payments, pending, -open_balance(open_order)))
    amount = sum(part.amount for part in parts)
    if not amount:
        raise Conflict(
            f"No refund of order {order.number} waits to be paid: refund the order first.",
            code="no_refund_pending",
        )
    event_id = open_order.record(
        ORDER_REFUNDED_MANUALLY, {"amount": amount, "refund_method": command.refund_method}
    )
    refunded = 0
    for part in parts:
        facts = _pay(open_order, command.refund_method, part, refunded, event_id)
        order.paid += ledger.record(
            tx, order, part.payment, "refund", part.amount, event_id, **facts
        )
        refunded += part.amount
    complete_refunds(tx, order.id)
    if order.review_reason == "refund_declined" and not open_balance(open_order):
        clear_review(open_order)
    handed = amount
    if command.refund_method == "cash":
        handed = rounding_at_till(tx, order.currency).round(amount)
    return ManuallyRefunded(order.number, command.refund_method, amount, handed, order.currency)


def _parts(
    payments: Sequence[Payment], pending: Sequence[PendingRefund], most: int
) -> Iterator[RefundPart]:
    """Yield the parts of each pending refund, at most `most` in all. The pending amount may be too much: a bank
    may have withdrawn it meanwhile, or another refund may have returned it."""
    room = {one.payment_id: one.rest for one in tenders.captured(payments)}
    for refund_id, rest in pending:
        left = rest
        for payment in payments:
            part = min(left, room.get(payment.id, 0), most)
            if part > 0:
                yield RefundPart(payment, refund_id, part)
                room[payment.id] -= part
                left -= part
                most -= part


def _pay(
    open_order: OpenOrder, refund_method: str, part: RefundPart, before: int, event_id: UUID
) -> dict[str, Any]:
    """Pay a part, after `before` was paid. Return the other columns of its line in the ledger."""
    tx, order = open_order.tx, open_order.order
    facts: dict[str, Any] = {
        "refund_method": refund_method,
        "provider_reference": f"{event_id} {part.refund_id}",
        "refund_id": part.refund_id,
    }
    if refund_method == "cash":
        facts["shift_id"] = shift_for_cash(tx, order.currency)
        facts["rounding"] = rounding_at_till(tx, order.currency).round_part(before, part.amount)
    if refund_method == "store_credit":
        account_id = order.customer_id and store_credit_account.lock_and_add(
            tx, order.customer_id, order.currency
        )
        if account_id is None:
            raise Invalid("A guest has no store credit: refund the order by another method.")
        balance.credit(tx, account_id, part.amount, part.payment.id, event_id)
    return facts


_PENDING = text("""
    SELECT r.id, CAST(r.amount
        - coalesce((
            SELECT sum(CASE kind WHEN 'refund' THEN amount WHEN 'refund_reversed' THEN -amount ELSE 0 END)
            FROM payment_events e WHERE e.refund_id = r.id), 0)
        - coalesce((
            SELECT sum(amount) FROM payment_attempts a
            WHERE a.refund_id = r.id AND a.status IN ('live', 'unknown')), 0) AS bigint) AS rest
    FROM refunds r WHERE r.order_id = :order AND r.status = 'needs_review' ORDER BY r.id
""")
