"""Schemas of orders for shoppers."""

from marshmallow import Schema, fields, validate

from app.channels.http.orders import FulfilmentSchema, TotalsAfterCancellationSchema
from app.channels.http.paging import PageSchema
from app.channels.http.payment_schemas import OrderPaymentSchema
from app.channels.http.quotes import AppliedPromotionSchema, Minor, QuoteLineSchema, TaxLineSchema
from app.core.access.models import SALES_CHANNELS
from app.core.orders.statuses import ORDER


class OrderLineSchema(QuoteLineSchema):
    title = fields.String(required=True)
    cancelled = fields.Integer(required=True, metadata={"description": "Units that were cancelled"})


class OrderFulfilmentSchema(FulfilmentSchema):
    location = fields.String(required=True, metadata={"description": "The code of the store"})
    name = fields.String(required=True, metadata={"example": "Leeds"})
    address = fields.String(required=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The pickup code, while the goods wait", "example": "548963"},
    )


class OrderSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(ORDER.statuses), metadata={"example": "ready"}
    )
    currency = fields.String(required=True)
    total = Minor(required=True, metadata={"description": "The total when the order was placed"})
    net = Minor(required=True)
    tax = Minor(required=True)
    cancelled = Minor(required=True)
    paid = Minor(required=True)
    total_credited = Minor(
        required=True, metadata={"description": "The amount of all credit notes"}
    )
    amount_due = Minor(
        required=True, metadata={"description": "total − cancelled − total_credited − paid"}
    )
    authorised = Minor(
        required=True, metadata={"description": "Authorised, and captured at the hand-over"}
    )
    amount_outstanding = Minor(
        required=True,
        metadata={
            "description": "What the payer still has to pay: amount_due + refunds in progress − authorised. "
            "Never below 0"
        },
    )
    pay_by = fields.AwareDateTime(required=True, allow_none=True)
    payments = fields.List(fields.Nested(OrderPaymentSchema), required=True)
    totals_after_cancellation = fields.Nested(
        TotalsAfterCancellationSchema,
        required=True,
        metadata={"description": "Totals after cancellations and before credit notes"},
    )
    quote_hash = fields.String(required=True)
    placed_at = fields.AwareDateTime(required=True)
    lines = fields.List(fields.Nested(OrderLineSchema), required=True)
    discounts = fields.List(fields.Nested(AppliedPromotionSchema), required=True)
    taxes = fields.List(fields.Nested(TaxLineSchema), required=True)
    fulfilments = fields.List(fields.Nested(OrderFulfilmentSchema), required=True)


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


class OrderSummarySchema(Schema):
    number = fields.String(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(ORDER.statuses),
        metadata={"example": "ready"},
    )
    currency = fields.String(required=True)
    total = Minor(required=True)
    placed_at = fields.AwareDateTime(required=True)
    started_channel = fields.String(required=True, validate=validate.OneOf(SALES_CHANNELS))
    location = fields.String(required=True, allow_none=True)
    terms_version = fields.String(
        required=True, metadata={"description": "Of the terms that were accepted with it"}
    )


class OrderSummaryPageSchema(Schema):
    items = fields.List(fields.Nested(OrderSummarySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class OrderSummaryQuerySchema(PageSchema):
    pass
