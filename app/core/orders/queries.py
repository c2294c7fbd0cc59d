"""Reads of orders: their events, their price in words, and earlier orders of a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, literal, literal_column, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.customers import merged_customers
from app.core.customers.models import Contact
from app.core.errors import NotFound
from app.core.events import Event
from app.core.model import json_rows
from app.core.orders.models import Order
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.pricing.engine.price_breakdown import Step, break_down
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import requote
from app.core.pricing.models import Promotion, PromotionRedemption

Reader = Session | Connection


class ExplainedPrice(NamedTuple):
    quote: Quote
    steps: list[Step]


class OrderEvent(NamedTuple):
    id: UUID
    kind: str
    occurred_at: datetime
    sales_channel: str | None
    actor_kind: str
    payload: dict[str, Any]


def explain_price(reader: Reader, number: str) -> ExplainedPrice:
    """Return the frozen quote of the order, with the steps that lead to its total. Raises NotFound."""
    found = reader.execute(_FROZEN, {"number": number}).one_or_none()
    if found is None:
        raise NotFound("There is no such order here: check the number.")
    names = ((one["code"], one["title"]) for one in found.redemptions or ())
    quote = requote(found.quote).with_names(names)
    return ExplainedPrice(quote, break_down(quote))


def has_ordered(reader: Reader, address: str, customer_id: UUID | None) -> bool:
    """Return True if there is an order with this e-mail address or number, or of this person.

    An order that was cancelled or has expired does not count, because its redemptions were released.
    """
    if customer_id is not None:
        person = merged_customers.select_ids(literal(customer_id))
        by_person = select(Order.id).where(
            Order.customer_id.in_(person), Order.status.not_in(ENDED_WITHOUT_SALE)
        )
        if reader.execute(by_person.limit(1)).first() is not None:
            return True
    column = func.lower(Contact.email) if "@" in address else _DIGITS
    by_address = (
        select(Order.id)
        .join(Contact, Contact.id == Order.contact_id)
        .where(column == address.strip().lower(), Order.status.not_in(ENDED_WITHOUT_SALE))
        .limit(1)
    )
    return reader.execute(by_address).first() is not None


def events(
    reader: Reader, number: str, kinds: Sequence[str], after: UUID | None, limit: int
) -> list[OrderEvent]:
    """Return the order's events of these kinds, oldest first."""
    history = (
        select(
            Event.id,
            Event.kind,
            Event.occurred_at,
            Event.sales_channel,
            Event.actor_kind,
            Event.payload,
        )
        .join(Order, Order.id == Event.order_id)
        .where(Order.number == number, Event.kind.in_(kinds))
        .order_by(Event.occurred_at, Event.id)
        .limit(limit)
    )
    if after is not None:
        last = select(Event.occurred_at, Event.id).where(Event.id == after).subquery()
        history = history.where(
            tuple_(Event.occurred_at, Event.id)
            > select(last.c.occurred_at, last.c.id).scalar_subquery()
        )
    return [OrderEvent(*row) for row in reader.execute(history)]


_DIGITS: ColumnElement[str] = literal_column("regexp_replace(contacts.phone, '[^0-9+]', '', 'g')")
"""The expression of `contacts_number_idx`."""

# Redemptions are made in the order in which the quote applied the promotions, so their ids sort as the quote does.
_FROZEN = select(
    Order.quote,
    select(json_rows(PromotionRedemption.id, code=Promotion.code, title=Promotion.title))
    .join(Promotion, Promotion.id == PromotionRedemption.promotion_id)
    .where(PromotionRedemption.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
    .label("redemptions"),
).where(Order.number == bindparam("number"))
