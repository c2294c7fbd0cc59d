"""Tells a shopper, by mail or text message, what happened to her order, once, and remembers having told."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.core.conversations.models import Message, Thread
from app.core.customers.models import Contact
from app.core.ids import new_id
from app.core.notifications.recipient import addressee
from app.core.orders import pickup, purchased_gift_cards, queries
from app.core.orders.models import Order
from app.core.orders.notify import Template
from app.core.orders.statuses import WAITING
from app.core.ports import Letter
from app.core.transaction import Transaction

TEMPLATE_VERSION = 1
SECRET = ("link", "code", "cards")
"""Facts that are masked where the letter is stored."""

TRUE_IN: dict[Template, Collection[str]] = {
    "placed": ("placed", "picking"),
    "short": WAITING,
    "nothing_left": ("cancelled",),
    "ready": ("ready",),
    "reminder": ("ready",),
    "new_code": WAITING,
    "expired": ("expired",),
    "reinstated": WAITING,
    "collected": ("collected",),
    "cancelled": ("cancelled",),
    "refunded": ("collected", "cancelled", "expired", *WAITING),
    "paid_too_late": ("cancelled", "expired"),
    "pay_again": ("collected",),
    "gift_cards": ("collected",),
}
"""The states of the order in which each letter still tells the truth. Letters are sent by a job, which may
run late: after an hour without a mail server, nobody must be called to collect what she took home."""


@dataclass(frozen=True)
class Tell:
    order_id: UUID
    event_id: UUID
    """What happened that the shopper is told of."""
    template: Template


@dataclass(frozen=True)
class ComposeLetter:
    tell: Tell
    base_url: str


def compose(tx: Transaction, command: ComposeLetter) -> Letter | None:
    """The letter to send, with its Message row written; None when it was sent before, when it cannot be
    delivered, when the order has moved past what it tells, or when nobody is to be told.

    A job that is run twice finds the row of the first run: same id, so receivers see one message.
    """
    tell = command.tell
    order, contact = tx.session.execute(
        select(Order, Contact)
        .join(Contact, Contact.id == Order.contact_id)
        .where(Order.id == tell.order_id)
    ).one()
    to = addressee(tx, order.customer_id, contact)
    if to is None:
        return None
    known = tx.session.execute(
        select(Message.id, Message.status).where(
            Message.event_id == tell.event_id, Message.template == tell.template
        )
    ).first()
    if known is not None and known.status != "queued":
        return None
    overtaken = order.state not in TRUE_IN[tell.template]
    letter = Letter(
        id=known.id if known else new_id(),
        template=tell.template,
        locale=order.locale,
        to_name=contact.name,
        to_address=to.address,
        facts=_facts(tx, order, command),
        secret=SECRET,
        contact_channel=to.channel,
    )
    if known is None:
        body = "" if overtaken else _text(tx, letter)
        _write(tx, order, letter, tell, "overtaken" if overtaken else "queued", body)
    elif overtaken:
        tx.session.execute(
            update(Message).where(Message.id == letter.id).values(status="overtaken")
        )
    return None if overtaken else letter


@dataclass(frozen=True)
class Sent:
    letter: Letter
    order_id: UUID


def note_sent(tx: Transaction, command: Sent) -> None:
    channel = command.letter.contact_channel
    told = {"message_id": command.letter.id, "template": command.letter.template}
    tx.record("message.sent", told, order_id=command.order_id, contact_channel=channel)
    tx.session.execute(
        update(Message)
        .where(Message.id == command.letter.id)
        .values(
            status="sent",
            sent_at=tx.now,
            external_id=str(command.letter.id),
            contact_channel=channel,
        )
    )


@dataclass(frozen=True)
class Returned:
    letter: Letter


def note_returned(tx: Transaction, command: Returned) -> None:
    """It cannot be delivered: kept as failed, which is for a person to see and not for the worker to repeat."""
    tx.session.execute(
        update(Message).where(Message.id == command.letter.id).values(status="failed")
    )


def _text(tx: Transaction, letter: Letter) -> str:
    by_mail = letter.contact_channel == "email"
    return (tx.ports.postman if by_mail else tx.ports.texter).text(letter)


def _facts(tx: Transaction, order: Order, command: ComposeLetter) -> dict[str, Any]:
    """The order as `orders.queries.order` gives it, the link that opens its page, and the gift cards that a letter
    brings."""
    token = pickup.order_token(tx.ports.secrets, order.number)
    shown = queries.order(tx.session, tx.ports.secrets, order.number)
    cards = (
        purchased_gift_cards.in_words(tx, order.id)
        if command.tell.template == "gift_cards"
        else None
    )
    return {
        "order": shown,
        "code": shown["pickup"]["code"],
        "link": f"{command.base_url}/orders/{order.number}?token={token}",
        "cards": cards,
    }


def _write(
    tx: Transaction, order: Order, letter: Letter, tell: Tell, status: str, body: str
) -> None:
    thread_id = tx.session.scalar(
        select(Thread.id)
        .where(Thread.order_id == order.id, Thread.topic == "order")
        .with_for_update()
    )
    if thread_id is None:
        thread_id = tx.insert(
            "threads",
            contact_id=order.contact_id, order_id=order.id, topic="order", subject=f"Order {order.number}",
            status="open", opened_at=tx.now, first_response_at=tx.now,
        )  # fmt: skip
    tx.insert(
        "messages",
        id=letter.id, thread_id=thread_id, direction="out", contact_channel=letter.contact_channel,
        template=letter.template, template_version=TEMPLATE_VERSION, event_id=tell.event_id,
        status=status, body=body, created_at=tx.now,
    )  # fmt: skip
