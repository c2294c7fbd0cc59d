"""The statement that reads one order with all that belongs to it."""

from typing import Any

from sqlalchemy import Select, Uuid, bindparam, case, exists, select

from app.core.catalogue.models import Location
from app.core.customers.models import Contact
from app.core.model import constant, json_rows
from app.core.orders.models import Fulfilment, Line, Order
from app.core.payments.models import Payment
from app.core.pricing.models import Promotion, PromotionRedemption

# The rows that belong to an order come with it as JSON. Statements of their own could read a later snapshot:
# after a pick in between, the sums would belong to no moment.
_TAX_INCLUDED = Order.quote["tax_rules"]["included"].astext.is_distinct_from(constant("false"))
_GOODS = case((_TAX_INCLUDED, Line.total), else_=Line.net)
_LINES = select(
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
        taxes=Line.taxes,
    )
).where(Line.order_id == Order.id)
_DISCOUNTS = (
    select(
        json_rows(
            PromotionRedemption.id,
            code=Promotion.code,
            title=Promotion.title,
            amount=PromotionRedemption.amount,
        )
    )
    .select_from(PromotionRedemption)
    .join(Promotion, Promotion.id == PromotionRedemption.promotion_id)
    .where(PromotionRedemption.order_id == Order.id)
)
_PAYMENTS = select(
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
).where(Payment.order_id == Order.id)
_FULFILMENTS = (
    select(
        json_rows(
            Fulfilment.id,
            id=Fulfilment.id,
            type=Fulfilment.type,
            status=Fulfilment.status,
            location=Location.code,
            name=Location.name,
            address=Location.address,
            country=Location.country,
            timezone=Location.timezone,
            hours=Location.hours,
            holidays=Location.holidays,
            latitude=Location.latitude,
            longitude=Location.longitude,
            code_number=Fulfilment.code_number,
            ready_by=Fulfilment.promised_at,
            collect_by=Fulfilment.collect_by,
            ready_at=Fulfilment.ready_at,
            arrived_at=Fulfilment.arrived_at,
            collected_at=Fulfilment.collected_at,
        )
    )
    .select_from(Fulfilment)
    .join(Location, Location.id == Fulfilment.location_id)
    .where(Fulfilment.order_id == Order.id)
)


def _column(rows: Select[Any], name: str) -> Any:
    return rows.correlate(Order).scalar_subquery().label(name)


# Imported orders have no fulfilment: they are history, and only a customer's own list shows them.
ORDER_DETAILS = (
    select(
        Order.id, Order.number, Order.status, Order.currency, Order.total, Order.net, Order.tax,
        Order.cancelled, Order.credited, Order.paid, Order.pay_by, Order.review_reason,
        Order.quote_hash, Order.placed_at, Order.customer_id, Contact.name.label("pickup_person"),
        _column(_LINES, "lines"), _column(_DISCOUNTS, "discounts"), _column(_PAYMENTS, "payments"),
        _column(_FULFILMENTS, "fulfilments"),
    )
    .outerjoin(Contact, Contact.id == Order.pickup_person_contact_id)
    .where(Order.number == bindparam("number"), Order.status != "imported")
)  # fmt: skip
ORDER_DETAILS_AT = ORDER_DETAILS.where(
    exists()
    .where(Fulfilment.order_id == Order.id)
    .where(Fulfilment.location_id == bindparam("location_id", type_=Uuid))
)
