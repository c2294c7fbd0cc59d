"""Hands the goods of an order over and collects the outstanding amount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.access.models import Device
from app.core.catalogue.costs import unit_costs
from app.core.customers import contacts
from app.core.errors import Conflict, DomainError
from app.core.fulfilment.verify_pickup_code import verify_pickup_code
from app.core.inventory import reservations
from app.core.inventory.models import StockMovement
from app.core.orders import locking, notify, purchased_gift_cards
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment
from app.core.payment_processing.capture import capture
from app.core.payment_processing.counter_payments import OfferedPayment, identify_tenders
from app.core.payment_processing.sessions import close_session
from app.core.payments import counter_tenders
from app.core.payments.drawer.rounding import rounding_at_till
from app.core.tasks import tasks
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class HandOver:
    number: str
    location_id: UUID
    code: str
    received_by: str | None
    """The name of the person who collects, if it is not the shopper."""
    payments: tuple[OfferedPayment, ...]
    """What is paid now, beside what was authorised with the order."""


@dataclass(frozen=True)
class HandedOver:
    number: str
    status: str
    collected_at: datetime
    paid: int
    """What was captured or collected with it, minor units."""
    capture_pending: int
    """What the payment provider captures after this, minor units."""
    change: int
    currency: str


def hand_over(tx: Transaction, command: HandOver) -> HandedOver | CommittedRefusal[HandedOver]:
    """Hand over what is ready of an order at this store, at most once.

    1. Lock the order. Refuse it if it was collected (the refusal says when and by whom) or is not ready.
    2. Verify the pickup code and the PINs of gift cards. A wrong one counts as an attempt.
    3. The payments must be exactly the outstanding amount, so that the drawer never differs.
    4. Consume the reservations, write the movements, finish the tasks.
    5. Capture what was authorised, then collect what is paid now. Cards are captured after the commit: the goods
       have left, whatever becomes of the capture. Issue the gift cards that were bought, blocked until they are
       paid. Close a page or card reader that still waits for a payer.

    Raises NotFound, Conflict (already_collected, invalid_state, insufficient_balance), Invalid (the payments).
    Returns the refusal of a wrong code, or of too many of them, because the attempt must be committed.
    """
    open_order = locking.load_by_number(tx, command.number, command.location_id)
    order = open_order.order
    if order.status == "collected":
        raise _already_collected(open_order, open_order.at(command.location_id))
    open_order.must_be(("ready",), " and cannot be handed over: make it ready first.")
    ready = [one for one in open_order.at(command.location_id) if one.status == "ready"]
    for one in ready:
        refusal = verify_pickup_code(open_order, one, command.code)
        if refusal is not None:
            return CommittedRefusal(refusal)
    tenders = identify_tenders(open_order, command.payments)
    if isinstance(tenders, DomainError):
        return CommittedRefusal(tenders)
    outstanding = max(open_order.balance().amount_outstanding, 0)
    rounding = rounding_at_till(tx, order.currency)
    paid = counter_tenders.check(tenders, outstanding, order.currency, rounding)
    event_id = open_order.move_to("collected", ready, paid=paid)
    order.collected_channel = tx.actor.sales_channel
    order.paid_channel = tx.actor.sales_channel if paid else order.paid_channel
    sold_cards = purchased_gift_cards.sold_cards(open_order, ready)
    _give(open_order, ready, command.received_by, event_id)
    captured = capture(open_order, event_id)
    counter_tenders.collect(tx, order, tenders, command.location_id, event_id, rounding)
    purchased_gift_cards.issue(open_order, sold_cards, event_id, is_paid=not captured.pending)
    close_session(open_order)
    order.paid += paid
    notify.notify_customer(tx, order.id, event_id, "collected")
    # After the commit: numbers without gaps are taken one after the other, and a counter must not wait for that.
    tx.ports.jobs.enqueue(tx.session, "issue_invoice", order_id=str(order.id))
    return HandedOver(
        order.number,
        order.status,
        tx.now,
        paid=captured.amount + paid,
        capture_pending=captured.pending,
        change=counter_tenders.change(tenders, rounding),
        currency=order.currency,
    )


def _give(
    open_order: OpenOrder,
    fulfilments: Sequence[Fulfilment],
    received_by: str | None,
    event_id: UUID,
) -> None:
    """Consume the reservations, write the movements with their costs, and finish the fulfilments."""
    tx, order = open_order.tx, open_order.order
    rows = open_order.lock_reservations(fulfilments)
    costs = unit_costs(tx.session, [row.variant_id for row in rows], order.currency, tx.now)
    for row in rows:
        tx.insert(
            StockMovement,
            location_id=row.location_id, variant_id=row.variant_id, quantity=-row.quantity,
            kind="hand_over", unit_cost=costs.get(row.variant_id), order_id=order.id,
            event_id=event_id, occurred_at=tx.now,
        )  # fmt: skip
    reservations.consume(tx.session, rows)
    contact_id = contacts.add(tx, received_by) if received_by else None
    if contact_id is not None:
        tx.write()  # the foreign key of the fulfilment needs the contact
    for one in fulfilments:
        one.collected_at = tx.now
        one.collected_device_id = tx.actor.device_id
        one.received_by_contact_id = contact_id
        one.remind_at = None
        tasks.finish(tx, one.id, "hand_over")


def _already_collected(open_order: OpenOrder, here: Sequence[Fulfilment]) -> DomainError:
    """Return the refusal that says when, and from which device, the goods were handed over."""
    at, device_id = max(
        (one.collected_at, one.collected_device_id) for one in here if one.collected_at is not None
    )
    device = open_order.tx.session.get(Device, device_id) if device_id else None
    by = device.name if device else "the shop"
    facts: dict[str, Any] = {"collected_at": at, "collected_by": by}
    return Conflict(
        f"Order {open_order.order.number} was already collected on {at:%d %B %Y at %H:%M} UTC, "
        f"handed over by {by}.",
        code="already_collected",
        **facts,
    )
