"""Tells a shopper by mail what happened to her order, once, and remembers having told."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.core.conversations.models import Message, Thread
from app.core.customers.models import Contact
from app.core.ids import new_id
from app.core.orders import pickup, queries
from app.core.orders.models import Order
from app.core.ports import Letter, Postman
from app.core.transaction import Transaction

TEMPLATE_VERSION = 1
SECRET = ("link", "code")
"""Facts that are masked where the letter is stored."""


@dataclass(frozen=True)
class Tell:
    order_id: UUID
    event_id: UUID
    """What happened that the shopper is told of."""
    template: str


@dataclass(frozen=True)
class ComposeLetter:
    tell: Tell
    postman: Postman
    base_url: str


def compose(tx: Transaction, command: ComposeLetter) -> Letter | None:
    """The letter to send, with its Message row written; None when it was sent before or nobody is to be told.

    A job that is run twice finds the row of the first run: same id, so receivers see one message.
    """
    tell = command.tell
    order, contact = tx.session.execute(
        select(Order, Contact)
        .join(Contact, Contact.id == Order.contact_id)
        .where(Order.id == tell.order_id)
    ).one()
    if contact.email is None:
        return None
    known = tx.session.execute(
        select(Message.id, Message.status).where(
            Message.event_id == tell.event_id, Message.template == tell.template
        )
    ).first()
    if known is not None and known.status == "sent":
        return None
    letter = Letter(
        id=known.id if known else new_id(),
        template=tell.template,
        locale=order.locale,
        to_name=contact.name,
        to_address=contact.email,
        facts=_facts(tx, order.number, command.base_url),
        secret=SECRET,
    )
    if known is None:
        _write(tx, order, letter, tell, command.postman.text(letter))
    return letter


@dataclass(frozen=True)
class Sent:
    letter: Letter


def note_sent(tx: Transaction, command: Sent) -> None:
    tx.session.execute(
        update(Message)
        .where(Message.id == command.letter.id)
        .values(status="sent", sent_at=tx.now, external_id=str(command.letter.id))
    )


def _facts(tx: Transaction, number: str, base_url: str) -> dict[str, Any]:
    """The order as `orders.queries.order` gives it, and the link that opens its page."""
    token = pickup.order_token(tx.secrets, number)
    order = queries.order(tx.session, tx.secrets, number)
    return {
        "order": order,
        "code": order["pickup"]["code"],
        "link": f"{base_url}/orders/{number}?token={token}",
    }


def _write(tx: Transaction, order: Order, letter: Letter, tell: Tell, text: str) -> None:
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
        id=letter.id, thread_id=thread_id, direction="out", contact_channel="email",
        template=letter.template, template_version=TEMPLATE_VERSION, event_id=tell.event_id,
        status="queued", body=text, created_at=tx.now,
    )  # fmt: skip
