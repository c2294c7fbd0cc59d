"""Schemas of quotes that several channels use."""

from marshmallow import Schema, fields, validate

from app.core.pricing.engine.price_breakdown import STEPS

Minor = fields.Integer
"""An amount in minor units."""


class QuoteLineSchema(Schema):
    sku = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_price = Minor(required=True)
    discount = Minor(required=True, metadata={"description": "By promotions, in all"})
    total = Minor(required=True)
    net = Minor(required=True)
    tax = Minor(required=True)


class AppliedPromotionSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True, metadata={"example": "Welcome"})
    amount = Minor(required=True, metadata={"description": "What it saves", "example": 100})


class TaxLineSchema(Schema):
    name = fields.String(
        required=True,
        metadata={
            "description": "Of the tax, if the goods have several; else empty",
            "example": "",
        },
    )
    rate = fields.Integer(
        required=True,
        metadata={
            "description": "Ten-thousandths of a percent: 200000 is 20 %",
            "example": 200_000,
        },
    )
    total = Minor(required=True)
    net = Minor(required=True)
    tax = Minor(required=True)


class QuoteSchema(Schema):
    total = Minor(required=True)
    net = Minor(required=True)
    tax = Minor(required=True)
    currency = fields.String(required=True)
    hash = fields.String(required=True)
    lines = fields.List(fields.Nested(QuoteLineSchema), required=True)
    discounts = fields.List(
        fields.Nested(AppliedPromotionSchema), attribute="applied", required=True
    )
    taxes = fields.List(fields.Nested(TaxLineSchema), required=True)


class SignedQuoteSchema(Schema):
    token = fields.String(
        required=True, metadata={"description": "To be sent with the checkout, as `quote`"}
    )
    expires_at = fields.AwareDateTime(required=True)
    quote = fields.Nested(QuoteSchema, required=True)
    qr = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "To be shown as a QR code to a till; null for more than 20 lines"},
    )


class PriceStepSchema(Schema):
    step = fields.String(
        required=True, validate=validate.OneOf(STEPS), metadata={"description": "What it is about"}
    )
    text = fields.String(required=True, metadata={"description": "In words, with amounts"})
    sku = fields.String(required=True, allow_none=True)
    code = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the promotion"}
    )


class PriceBreakdownSchema(Schema):
    currency = fields.String(required=True, attribute="quote.currency")
    total = Minor(required=True, attribute="quote.total")
    hash = fields.String(required=True, attribute="quote.hash")
    steps = fields.List(fields.Nested(PriceStepSchema), required=True)
