"""Schemas of gift cards and store credit for merchants."""

from marshmallow import Schema, fields, validate

from app.channels.http.fields import Code, Line, Pattern
from app.channels.http.paging import PageSchema
from app.channels.http.payment_schemas import BalanceEntrySchema, amount
from app.channels.http.shop_settings import currency_field
from app.core.payments.kinds import BLOCK_REASONS

reason = validate.Length(1, 200)


class NewGiftCardSchema(Schema):
    amount = fields.Integer(required=True, strict=True, validate=amount)
    currency = currency_field(load_default=None)
    country = Code(
        load_default="GB",
        validate=Pattern(r"^[A-Z]{2}$", error="Write it as GB."),
        metadata={"description": "Whose law says how long it is honoured"},
    )
    reason = Line(required=True, validate=reason)


class IssuedGiftCardSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(
        required=True, metadata={"description": "Shown only now", "example": "7K2M9QXD4RHT"}
    )
    pin = fields.String(required=True, metadata={"description": "Shown only now"})
    balance = fields.Integer(required=True)
    currency = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)


class GiftCardSearchSchema(PageSchema):
    last4 = Code(validate=validate.Length(4, 4))
    order = Code(
        validate=validate.Length(1, 32), metadata={"description": "On which it was bought"}
    )


class GiftCardSchema(Schema):
    id = fields.UUID(required=True)
    last4 = fields.String(required=True)
    currency = fields.String(required=True)
    balance = fields.Integer(required=True)
    issued = fields.Integer(required=True, metadata={"description": "What was on it at first"})
    active = fields.Boolean(required=True, metadata={"description": "false: it is blocked"})
    block_reason = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(BLOCK_REASONS),
        metadata={"description": "unpaid and disputed end when the money of its order is here"},
    )
    order = fields.String(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class GiftCardPageSchema(Schema):
    items = fields.List(fields.Nested(GiftCardSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class GiftCardDetailSchema(GiftCardSchema):
    entries = fields.List(fields.Nested(BalanceEntrySchema), required=True)


class ReasonInputSchema(Schema):
    reason = Line(required=True, validate=reason)


class StoreCreditGrantSchema(ReasonInputSchema):
    amount = fields.Integer(required=True, strict=True, validate=amount)
    currency = currency_field(load_default=None)
