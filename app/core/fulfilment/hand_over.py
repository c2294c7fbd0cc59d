"""The shopper gets her goods and pays what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.access.models import Device
from app.core.catalogue.costs import unit_costs
from app.core.customers import contacts
from app.core.errors import Conflict, DomainError
from app.core.fulfilment import verify_pickup_code
from app.core.inventory import reservations
from app.core.inventory.models import StockMovement
from app.core.orders import locking, notify, purchased_gift_cards
from app.core.orders.models import Fulfilment, Order
from app.core.orders.transitions import move_to, must_be
from app.core.payment_processing.balance_due import amount_outstanding
from app.core.payment_processing.capture import capture
from app.core.payment_processing.counter_payments import Offered, recognise
from app.core.payment_processing.release import release_payments
from app.core.payments import counter_tenders, tenders
from app.core.tasks import tasks
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class HandOver:
    number: str
    location_id: UUID
    code: str
    received_by: str | None
    """Who took it, if not the shopper herself."""
    payments: tuple[Offered, ...]
    """What is paid now, besides what was set aside when it was ordered."""


@dataclass(frozen=True)
class HandedOver:
    number: str
    status: str
    collected_at: datetime
    paid: int
    """What was taken with it, minor units."""
    capture_pending: int
    """What the payment provider takes of her card after this."""
    change: int
    currency: str


def hand_over(tx: Transaction, command: HandOver) -> HandedOver | CommittedRefusal[HandedOver]:
    """Hand an order over against its code and its money, at most once.

    1. Lock the order; refuse what was collected (with when and by whom) or is not ready.
    2. Check the code, and gift cards' PINs; a wrong one is remembered.
    3. The payments must be exactly what is due beyond what was set aside: the drawer never has to be explained.
    4. Consume the reservations, write the movements, end the tasks, tell the shopper. Gift cards that were bought
       come into being.
    5. Take what was set aside, then what is paid now. A card's share is asked for after the commit: goods that
       have left are a fact, whatever becomes of the capture. A page or reader that still asks is closed.

    Raises NotFound, Conflict (already_collected, invalid_state, insufficient_balance), Invalid (the payments).
    Returns the refusal of a wrong code, or of one attempt too many, because it must be committed.
    """
    order, fulfilment = locking.by_number(tx.session, command.number, command.location_id)
    if order.status == "collected":
        raise _already_collected(tx, order, fulfilment)
    must_be(order, ("ready",), " and cannot be handed over: make it ready first.")
    refused = verify_pickup_code.check(tx, order, fulfilment, command.code)
    if refused is not None:
        return CommittedRefusal(refused)
    offered = recognise(tx, order, command.payments)
    if isinstance(offered, DomainError):
        return CommittedRefusal(offered)
    before = tenders.of(tx.session, order.id)
    due = max(amount_outstanding(order, before), 0)
    paid = counter_tenders.check(offered, due, order.currency)
    event_id = move_to(tx, order, fulfilment, "collected", paid=paid)
    order.collected_channel = tx.actor.sales_channel
    order.paid_channel = tx.actor.sales_channel if paid else order.paid_channel
    purchased_gift_cards.issue(tx, order, fulfilment, event_id)
    _give(tx, order, fulfilment, command.received_by, event_id)
    taken, capturing = capture(tx, order, before, event_id)
    counter_tenders.collect(tx, order, offered, fulfilment.location_id, event_id)
    release_payments(tx, order, (one for one in before if one.status == "open"))
    order.paid += taken + paid
    notify.notify_customer(tx, order.id, event_id, "collected")
    # After the commit: numbers without gaps are given one after the other, and nobody at a counter waits for that.
    tx.ports.jobs.enqueue(tx.session, "issue_invoice", order_id=str(order.id))
    change = counter_tenders.change(offered, order.currency)
    return HandedOver(
        order.number, order.status, tx.now, taken + paid, capturing, change, order.currency
    )


def _give(
    tx: Transaction, order: Order, fulfilment: Fulfilment, received_by: str | None, event_id: UUID
) -> None:
    held = reservations.lock(tx.session, order.id)
    costs = unit_costs(tx.session, [row.variant_id for row in held], order.currency, tx.now)
    for row in held:
        tx.insert(
            StockMovement,
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
    tasks.finish(tx, fulfilment.id, "hand_over")


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
