"""The shopper gets her goods and pays what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.access.models import Device
from app.core.catalogue.costs import unit_costs
from app.core.customers import contacts
from app.core.errors import Conflict, DomainError
from app.core.fulfilment import pickup_code_check
from app.core.inventory import reservations
from app.core.orders import letters, open_orders
from app.core.orders.history import move_to, must_be
from app.core.orders.models import Fulfilment, Order
from app.core.payments import cash
from app.core.payments.cash import CashPayment
from app.core.tasks import board
from app.core.transaction import Refusal, Transaction


@dataclass(frozen=True)
class HandOver:
    number: str
    location_id: UUID
    code: str
    received_by: str | None
    """Who took it, if not the shopper herself."""
    payments: tuple[CashPayment, ...]


@dataclass(frozen=True)
class HandedOver:
    number: str
    state: str
    collected_at: datetime
    paid: int
    change: int
    currency: str


def hand_over(tx: Transaction, command: HandOver) -> HandedOver | Refusal[HandedOver]:
    """Hand an order over against its code and its money, at most once.

    1. Lock the order; refuse what was collected (with when and by whom) or is not ready.
    2. Check the code; a wrong one is remembered.
    3. The payments must be exactly what is due: the drawer never has to be explained.
    4. Consume the reservations, write the movements and the money, end the tasks, tell the shopper.

    Raises NotFound, Conflict (already_collected, wrong_state), Invalid (the payments). Returns the refusal of a
    wrong code, or of one try too many, since it must be committed.
    """
    order, fulfilment = open_orders.by_number(tx.session, command.number, command.location_id)
    if order.state == "collected":
        raise _already_collected(tx, order, fulfilment)
    must_be(order, ("ready",), " and cannot be handed over: make it ready first.")
    refused = pickup_code_check.check(tx, order, fulfilment, command.code)
    if refused is not None:
        return Refusal(refused)
    paid = cash.check(command.payments, order.due, order.currency)
    event_id = move_to(tx, order, fulfilment, "collected", paid=paid)
    cash.take(tx, order.id, order.currency, command.payments, fulfilment.location_id, event_id)
    order.paid += paid
    order.collected_channel = tx.actor.sales_channel
    order.paid_channel = tx.actor.sales_channel if paid else order.paid_channel
    _give(tx, order, fulfilment, command.received_by, event_id)
    letters.tell(tx, order.id, event_id, "collected")
    change = sum(payment.change for payment in command.payments)
    return HandedOver(order.number, order.state, tx.now, paid, change, order.currency)


def _give(
    tx: Transaction, order: Order, fulfilment: Fulfilment, received_by: str | None, event_id: UUID
) -> None:
    held = reservations.held(tx.session, order.id)
    costs = unit_costs(tx.session, [row.variant_id for row in held], order.currency, tx.now)
    for row in held:
        tx.insert(
            "stock_movements",
            location_id=row.location_id, variant_id=row.variant_id, quantity=-row.quantity,
            kind="hand_over", unit_cost=costs.get(row.variant_id), order_id=order.id,
            event_id=event_id, occurred_at=tx.now,
        )  # fmt: skip
    reservations.consume(tx.session, held)
    fulfilment.collected_at = tx.now
    fulfilment.collected_device_id = tx.actor.device_id
    fulfilment.remind_at = None
    if received_by:
        contact_id = contacts.add(tx, received_by)
        tx.write()  # the fulfilment's foreign key needs the contact to be there
        fulfilment.received_by_contact_id = contact_id
    board.finish(tx, fulfilment.id, "hand_over")


def _already_collected(tx: Transaction, order: Order, fulfilment: Fulfilment) -> DomainError:
    device = (
        tx.session.get(Device, fulfilment.collected_device_id)
        if fulfilment.collected_device_id
        else None
    )
    at: Any = fulfilment.collected_at
    by = device.name if device else "the shop"
    return Conflict(
        f"Order {order.number} was already collected on {at:%d %B %Y at %H:%M} UTC, handed over by {by}.",
        code="already_collected",
        collected_at=at,
        collected_by=by,
    )
