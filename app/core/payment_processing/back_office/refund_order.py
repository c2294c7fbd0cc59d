"""Plans and begins a refund for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from app.core.orders import locking, purchased_gift_cards
from app.core.orders.locking import OpenOrder
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payment_processing.refund import check_parts, credited_part, plan_parts, refund
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
    """Amounts by payment, if not as planned."""


class PlannedPart(NamedTuple):
    payment_id: UUID
    method: str
    amount: int


@dataclass(frozen=True)
class RefundPlan:
    number: str
    amount: int
    currency: str
    parts: tuple[PlannedPart, ...]
    refund_id: UUID | None = None
    """None if no refund was begun."""


def plan_refund(tx: Transaction, command: RefundOrder) -> RefundPlan:
    """Return how much would go back to which payment. No money moves. Raises NotFound, Invalid."""
    open_order = locking.load_by_number(tx, command.number, command.location_id)
    purchased_gift_cards.check_refund(open_order, credited_part(open_order, command.amount))
    return _plan(open_order, command, _chosen_parts(open_order, command))


def refund_order(tx: Transaction, command: RefundOrder) -> RefundPlan:
    """Begin a refund, as planned or to the payments that staff chose. Raises NotFound, Invalid."""
    open_order = locking.load_by_number(tx, command.number, command.location_id)
    parts = _chosen_parts(open_order, command)
    # An order that ended may be reinstated at its full price.
    was_sold = open_order.order.status not in ENDED_WITHOUT_SALE
    refund_id = refund(open_order, command.amount, command.reason, parts, credit=was_sold)
    return _plan(open_order, command, parts, refund_id)


def _chosen_parts(open_order: OpenOrder, command: RefundOrder) -> Mapping[UUID, int]:
    if command.parts is not None:
        check_parts(open_order, command.amount, command.parts)
    return command.parts or plan_parts(open_order, command.amount)


def _plan(
    open_order: OpenOrder,
    command: RefundOrder,
    parts: Mapping[UUID, int],
    refund_id: UUID | None = None,
) -> RefundPlan:
    methods = {one.id: one.method for one in open_order.payments}
    planned = tuple(PlannedPart(one, methods[one], part) for one, part in parts.items() if part)
    order = open_order.order
    return RefundPlan(order.number, command.amount, order.currency, planned, refund_id)
