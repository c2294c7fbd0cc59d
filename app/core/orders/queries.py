"""Reads of orders."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.orm import Session

from app.core import money
from app.core.catalogue.models import Location
from app.core.customers import merged_customers
from app.core.customers.models import Contact
from app.core.errors import NotFound
from app.core.events import Event
from app.core.model import AnyRow, constant, json_rows
from app.core.orders import pickup
from app.core.orders.models import Fulfilment, Line, Order
from app.core.orders.statuses import AWAITING_COLLECTION, ENDED_WITHOUT_SALE
from app.core.payments.models import Payment
from app.core.ports import Secrets
from app.core.pricing.engine.price_breakdown import break_down
from app.core.pricing.engine.quoting import requote
from app.core.pricing.models import Promotion, PromotionUse

Reader = Session | Connection


def order(reader: Reader, secrets: Secrets, number: str) -> dict[str, Any]:
    """An order as its owner sees it. Raises NotFound."""
    found = _shown(reader.execute(_ORDER, {"number": number}).mappings().first())
    if found["status"] in AWAITING_COLLECTION:
        found["pickup"]["code"] = pickup.pickup_code(secrets, number, found["code_number"])
    return found


def explanation(reader: Reader, number: str) -> dict[str, Any]:
    """{quote, steps}: how the total that the order froze came about, computed again from its facts. Raises
    NotFound."""
    found = reader.execute(_FROZEN, {"number": number}).one_or_none()
    if found is None:
        raise NotFound("There is no such order here: check the number.")
    quote = requote(found.quote).with_names((use["code"], use["title"]) for use in found.uses or ())
    return {"quote": quote, "steps": break_down(quote)}


def order_at(reader: Reader, number: str, location_id: UUID) -> dict[str, Any]:
    """An order as staff of its store see it, without its code. Raises NotFound."""
    here = {"number": number, "location_id": location_id}
    return _shown(reader.execute(_ORDER_AT, here).mappings().first())


def _shown(found: RowMapping | None) -> dict[str, Any]:
    if found is None:
        raise NotFound("There is no such order here: check the number.")
    payable = _payable(found)
    due = payable["total"] - found["credited"] - found["paid"]
    payments = found["payments"] or []
    authorised = sum(one["authorised"] for one in payments if one["status"] == "authorised")
    refunding = sum(one["refunding"] for one in payments)  # it counts as gone
    return {
        **found,
        "payable": payable,
        "promotions": found["promotions"] or [],
        "taxes": _taxes(found["lines"]),
        "payments": payments,
        "due": due,
        "authorised": authorised,
        "to_pay": max(due + refunding - authorised, 0),
        "pickup": {**found, "code": None, "ready_by": found["promised_at"]},
    }


def _payable(order: RowMapping) -> dict[str, int]:
    """What the order comes to after cancellations: the frozen figures less the shares that were dropped. What was
    credited since has its own VAT, in its credit notes."""
    dropped = sum(
        money.share_of_last(line["tax"], line["quantity"], line["cancelled"])
        for line in order["lines"]
    )
    total = order["total"] - order["cancelled"] + order["added"]
    tax = order["tax"] - dropped
    return {"total": total, "net": total - tax, "tax": tax}


def _taxes(lines: list[dict[str, int]]) -> list[dict[str, int]]:
    """The frozen figures by tax rate, the highest first."""
    taxes: dict[int, dict[str, int]] = {}
    for line in lines:
        part = taxes.setdefault(
            line["tax_rate"], {"rate": line["tax_rate"], "total": 0, "net": 0, "tax": 0}
        )
        for figure in ("total", "net", "tax"):
            part[figure] += line[figure]
    return [taxes[rate] for rate in sorted(taxes, reverse=True)]


def has_ordered(reader: Reader, address: str, customer_id: UUID | None) -> bool:
    """Whether there is an order with this e-mail address or number, or of this person, that neither was cancelled
    nor has expired: those gave back what they used."""
    if customer_id is not None:
        person = merged_customers.select_ids(literal(customer_id))
        hers = select(Order.id).where(
            Order.customer_id.in_(person), Order.status.not_in(("cancelled", "expired"))
        )
        if reader.execute(hers.limit(1)).first() is not None:
            return True
    by_mail = "@" in address
    reached = func.lower(Contact.email) if by_mail else _DIGITS
    found = (
        select(Order.id)
        .join(Contact, Contact.id == Order.contact_id)
        .where(reached == address.strip().lower(), Order.status.not_in(ENDED_WITHOUT_SALE))
        .limit(1)
    )
    return reader.execute(found).first() is not None


def events(
    reader: Reader, number: str, kinds: Sequence[str], after: UUID | None, limit: int
) -> Sequence[AnyRow]:
    """Return the order's events of these kinds, oldest first.

    Columns: id, kind, occurred_at, sales_channel, actor_kind, payload.
    """
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
    return reader.execute(history).all()


_DIGITS: ColumnElement[str] = literal_column("regexp_replace(contacts.phone, '[^0-9+]', '', 'g')")
"""As `contacts_number_idx` has it."""

# The rows that belong to an order come with it as JSON: read by statements of their own they could be of
# a later snapshot, and a pick in between would make sums that never were.
_TAX_INCLUDED = Order.quote["tax_rules"]["included"].astext.is_distinct_from(constant("false"))
_GOODS = case((_TAX_INCLUDED, Line.total), else_=Line.net)
_LINES = (
    select(
        json_rows(
            Line.position,
            sku=Line.sku,
            title=Line.title,
            quantity=Line.quantity,
            cancelled=Line.cancelled,
            unit_price=Line.unit_price,
            discount=Line.quantity * Line.unit_price - _GOODS,
            tax_rate=Line.tax_rate,
            total=Line.total,
            net=Line.net,
            tax=Line.tax,
        )
    )
    .where(Line.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
_PROMOTIONS = (
    select(
        json_rows(
            PromotionUse.id, code=Promotion.code, title=Promotion.title, amount=PromotionUse.amount
        )
    )
    .select_from(PromotionUse)
    .join(Promotion, Promotion.id == PromotionUse.promotion_id)
    .where(PromotionUse.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
_PAYMENTS = (
    select(
        json_rows(
            Payment.id,
            id=Payment.id,
            method=Payment.method,
            status=Payment.status,
            amount=Payment.amount,
            authorised=Payment.authorised,
            captured=Payment.captured,
            refunded=Payment.refunded,
            refunding=Payment.refunding,
        )
    )
    .where(Payment.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
_ORDER = (
    select(
        Order.id, Order.number, Order.status, Order.currency, Order.total, Order.net, Order.tax,
        Order.cancelled, Order.credited, Order.added, Order.paid, Order.pay_by, Order.review_reason,
        Order.quote_hash, Order.placed_at,
        Order.started_channel, Order.paid_channel, Order.collected_channel, Order.customer_id,
        Fulfilment.id.label("fulfilment"), Fulfilment.promised_at, Fulfilment.collect_by,
        Fulfilment.ready_at, Fulfilment.arrived_at, Fulfilment.collected_at, Fulfilment.code_number,
        Location.code.label("location"), Location.name, Location.address, Location.timezone, Location.hours,
        Location.holidays, Location.latitude, Location.longitude,
        Contact.name.label("proxy"), _LINES.label("lines"), _PROMOTIONS.label("promotions"),
        _PAYMENTS.label("payments"),
    )
    .join(Fulfilment, Fulfilment.order_id == Order.id)
    .join(Location, Location.id == Fulfilment.location_id)
    .outerjoin(Contact, Contact.id == Order.pickup_person_contact_id)
    .where(Order.number == bindparam("number"))
)  # fmt: skip
# A promotion's uses are made in the order in which it was taken, so that their ids sort as the quote has them.
_FROZEN = select(
    Order.quote,
    select(json_rows(PromotionUse.id, code=Promotion.code, title=Promotion.title))
    .join(Promotion, Promotion.id == PromotionUse.promotion_id)
    .where(PromotionUse.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
    .label("uses"),
).where(Order.number == bindparam("number"))
_ORDER_AT = _ORDER.where(Fulfilment.location_id == bindparam("location_id", type_=Uuid))
