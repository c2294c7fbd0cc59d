"""Composes the notification of an order event, once, and records what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.core.conversations.models import Message, Thread
from app.core.customers.models import Contact
from app.core.ids import new_id
from app.core.notifications.events import MESSAGE_SENT
from app.core.notifications.recipient import recipient_of
from app.core.orders import pickup, purchased_gift_cards
from app.core.orders.models import Order
from app.core.orders.notify import Template
from app.core.orders.order_details import order_details
from app.core.orders.statuses import AWAITING_COLLECTION
from app.core.ports import OutgoingMessage
from app.core.transaction import Transaction

TEMPLATE_VERSION = 1
MASKED = ("link", "code", "cards")
"""Facts that are masked when the message is stored."""

VALID_ORDER_STATUSES: dict[Template, Collection[str]] = {
    "placed": ("placed", "picking"),
    "items_unavailable": AWAITING_COLLECTION,
    "nothing_available": ("cancelled",),
    "ready": ("ready",),
    "reminder": ("ready",),
    "new_code": AWAITING_COLLECTION,
    "expired": ("expired",),
    "reinstated": AWAITING_COLLECTION,
    "collected": ("collected",),
    "cancelled": ("cancelled",),
    "refunded": ("collected", "cancelled", "expired", *AWAITING_COLLECTION),
    "late_payment_released": ("cancelled", "expired"),
    "payment_requested": ("collected",),
    "gift_cards": ("collected",),
}
"""The order statuses in which each notification is still true. The job may run late: after an hour without a mail
server, a customer must not be asked to collect what they already have."""


@dataclass(frozen=True)
class NotificationRequest:
    order_id: UUID
    event_id: UUID
    """The event that the notification reports."""
    template: Template


def compose_message(tx: Transaction, request: NotificationRequest) -> OutgoingMessage | None:
    """Return the message to send, with its Message row written.

    Return None if it was sent before, cannot be delivered, has no recipient, or if the order has moved past what
    it reports. A job that runs twice finds the row of the first run: the id is the same, so the receiver sees one
    message.
    """
    order, contact = tx.session.execute(
        select(Order, Contact)
        .join(Contact, Contact.id == Order.contact_id)
        .where(Order.id == request.order_id)
    ).one()
    recipient = recipient_of(tx, order.customer_id, contact)
    if recipient is None:
        return None
    known = tx.session.execute(
        select(Message.id, Message.status).where(
            Message.event_id == request.event_id, Message.template == request.template
        )
    ).first()
    if known is not None and known.status != "queued":
        return None
    message = OutgoingMessage(
        id=known.id if known else new_id(),
        template=request.template,
        locale=order.locale,
        to_name=contact.name,
        to_address=recipient.address,
        facts=_facts(tx, order, request.template),
        masked=MASKED,
        contact_channel=recipient.channel,
    )
    superseded = order.status not in VALID_ORDER_STATUSES[request.template]
    if known is None:
        _write(tx, order, message, request.event_id, superseded)
    elif superseded:
        tx.session.execute(
            update(Message).where(Message.id == message.id).values(status="superseded")
        )
    return None if superseded else message


@dataclass(frozen=True)
class MarkSent:
    message: OutgoingMessage
    order_id: UUID


def mark_sent(tx: Transaction, command: MarkSent) -> None:
    message = command.message
    tx.record(
        MESSAGE_SENT,
        {"message_id": message.id, "template": message.template},
        order_id=command.order_id,
        contact_channel=message.contact_channel,
    )
    sent = update(Message).where(Message.id == message.id)
    tx.session.execute(
        sent.values(
            status="sent",
            sent_at=tx.now,
            external_id=str(message.id),
            contact_channel=message.contact_channel,
        )
    )


@dataclass(frozen=True)
class MarkUndeliverable:
    message: OutgoingMessage


def mark_undeliverable(tx: Transaction, command: MarkUndeliverable) -> None:
    """Mark the message as failed: staff see it, and the worker does not retry it."""
    tx.session.execute(
        update(Message).where(Message.id == command.message.id).values(status="failed")
    )


def _facts(tx: Transaction, order: Order, template: Template) -> dict[str, Any]:
    """Return the order, its pickup code, the link to its page and, if the template shows them, its gift cards."""
    token = pickup.order_token(tx.ports.secrets, order.number)
    view = order_details(tx.session, tx.ports.secrets, order.number)
    codes = (one.code for one in view.fulfilments if one.code)
    shows_cards = template == "gift_cards"
    return {
        "order": view,
        "code": next(codes, None),
        "link": f"{tx.ports.site}/orders/{order.number}?token={token}",
        "cards": purchased_gift_cards.in_words(tx, order.id) if shows_cards else None,
    }


def _write(
    tx: Transaction, order: Order, message: OutgoingMessage, event_id: UUID, superseded: bool
) -> None:
    thread_id = tx.session.scalar(
        select(Thread.id)
        .where(Thread.order_id == order.id, Thread.topic == "order")
        .with_for_update()
    )
    if thread_id is None:
        thread_id = tx.insert(
            Thread,
            contact_id=order.contact_id,
            order_id=order.id,
            topic="order",
            subject=f"Order {order.number}",
            status="open",
            opened_at=tx.now,
            first_response_at=tx.now,
        )
    channel = tx.ports.channels[message.contact_channel]
    tx.insert(
        Message,
        id=message.id,
        thread_id=thread_id,
        direction="out",
        contact_channel=message.contact_channel,
        template=message.template,
        template_version=TEMPLATE_VERSION,
        event_id=event_id,
        status="superseded" if superseded else "queued",
        body="" if superseded else channel.render(message),
        created_at=tx.now,
    )
