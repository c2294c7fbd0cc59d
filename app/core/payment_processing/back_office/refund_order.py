"""Somebody with the right gives money back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Conflict
from app.core.orders import locking
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payment_processing.refund import check_parts, planned, refund
from app.core.payments import tenders
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RefundOrder:
    number: str
    amount: int
    """Minor units."""
    reason: str
    location_id: UUID | None = None
    """For staff: only an order of their own store."""
    parts: Mapping[UUID, int] | None = None
    """Other tenders than the plan's, by payment; None: as planned."""


@dataclass(frozen=True)
class RefundPlan:
    number: str
    amount: int
    currency: str
    parts: tuple[tuple[UUID, str, int], ...]
    """(payment, method, minor units)."""
    refund_id: UUID | None = None
    """None for a plan that was only looked at."""


def plan_refund(tx: Transaction, command: RefundOrder) -> RefundPlan:
    """What would go back to which tender, before any money moves. Raises NotFound, Conflict, Invalid."""
    return _planned(tx, command, begin=False)


def refund_order(tx: Transaction, command: RefundOrder) -> RefundPlan:
    """Give it back, as planned or as somebody with the right chose. Raises NotFound, Conflict, Invalid."""
    return _planned(tx, command, begin=True)


def _planned(tx: Transaction, command: RefundOrder, begin: bool) -> RefundPlan:
    order, _ = locking.by_number(tx.session, command.number, command.location_id)
    if order.status == "imported":
        raise Conflict(
            "An imported order was paid elsewhere: give the money back there.", code="invalid_state"
        )
    payments = tenders.of(tx.session, order.id)
    if command.parts is not None:
        check_parts(tx, payments, command.amount, command.parts)
    parts = command.parts or planned(tx, payments, command.amount)
    methods = {one.id: one.method for one in payments}
    shown = tuple((one, methods[one], part) for one, part in parts.items() if part)
    refund_id = None
    if begin:
        sold = (
            order.status not in ENDED_WITHOUT_SALE
        )  # what ended may live again, for its whole price
        refund_id = refund(tx, order, payments, command.amount, command.reason, parts, credit=sold)
    return RefundPlan(order.number, command.amount, order.currency, shown, refund_id)
