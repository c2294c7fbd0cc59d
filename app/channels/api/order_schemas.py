"""What the shoppers' API shows of an order."""

from marshmallow import Schema, fields, validate

from app.channels.http.orders import TotalsAfterCancellationSchema
from app.channels.http.payment_schemas import OrderPaymentSchema
from app.channels.http.quotes import AppliedPromotionSchema, Minor, QuoteLineSchema, TaxLineSchema
from app.core.access.models import SALES_CHANNELS
from app.core.orders.statuses import ORDER


class OrderLineSchema(QuoteLineSchema):
    title = fields.String(required=True)
    cancelled = fields.Integer(required=True, metadata={"description": "Units that were dropped"})


class OrderPickupSchema(Schema):
    location = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "Leeds"})
    address = fields.String(required=True)
    code = fields.String(required=True, allow_none=True, metadata={"example": "548963"})
    proxy = fields.String(required=True, allow_none=True)
    ready_by = fields.AwareDateTime(required=True)
    collect_by = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    collected_at = fields.AwareDateTime(required=True, allow_none=True)


class OrderSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(ORDER), metadata={"example": "ready"}
    )
    currency = fields.String(required=True)
    total = Minor(required=True, metadata={"description": "Frozen when it was placed"})
    net = Minor(required=True)
    tax = Minor(required=True)
    cancelled = Minor(required=True)
    paid = Minor(required=True)
    credited = Minor(required=True)
    due = Minor(
        required=True,
        metadata={"description": "total − cancelled − credited + added − paid"},
    )
    authorised = Minor(
        required=True, metadata={"description": "Set aside, to be taken when it is handed over"}
    )
    to_pay = Minor(required=True, metadata={"description": "due − authorised, not below 0"})
    pay_by = fields.AwareDateTime(required=True, allow_none=True)
    payments = fields.List(fields.Nested(OrderPaymentSchema), required=True)
    payable = fields.Nested(
        TotalsAfterCancellationSchema,
        required=True,
        metadata={"description": "What it comes to after cancellations, before what was credited"},
    )
    quote_hash = fields.String(required=True)
    placed_at = fields.AwareDateTime(required=True)
    lines = fields.List(fields.Nested(OrderLineSchema), required=True)
    promotions = fields.List(fields.Nested(AppliedPromotionSchema), required=True)
    taxes = fields.List(fields.Nested(TaxLineSchema), required=True)
    pickup = fields.Nested(OrderPickupSchema, required=True)


class OrderEventSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    sales_channel = fields.String(
        required=True, validate=validate.OneOf(SALES_CHANNELS), allow_none=True
    )
    actor_kind = fields.String(required=True)
    payload = fields.Dict(required=True)


class OrderEventPageSchema(Schema):
    items = fields.List(fields.Nested(OrderEventSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
