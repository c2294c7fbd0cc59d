"""Schemas of carts."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.api.schemas.catalogue import PriceReductionSchema
from app.channels.http.fields import SHORT_TEXT, Code, Line
from app.channels.http.quotes import QuoteSchema
from app.core.accounts.customer_cart import GuestCart
from app.core.carts.cart import MAX_QUANTITY
from app.core.orders.models import FULFILMENT_TYPES


class CartLineSchema(PriceReductionSchema):
    sku = fields.String(required=True)
    title = fields.String(required=True)
    options = fields.Dict(required=True)
    quantity = fields.Integer(required=True)
    available_for_sale = fields.Boolean(
        required=True, metadata={"description": "False: withdrawn since, and not in the quote"}
    )
    available = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "At the chosen store; null before one is chosen"},
    )


class CartFulfilmentSchema(Schema):
    type = fields.String(required=True, validate=validate.OneOf(FULFILMENT_TYPES))
    location = fields.String(required=True)


class CartCouponSchema(Schema):
    code = fields.String(required=True)
    applied = fields.Boolean(
        required=True, metadata={"description": "False: its conditions do not hold for this cart"}
    )


class CartSchema(Schema):
    id = fields.UUID(required=True)
    token = fields.String(metadata={"description": "Shown once, when the cart is made"})
    currency = fields.String(required=True)
    lines = fields.List(fields.Nested(CartLineSchema), required=True)
    coupons = fields.List(fields.Nested(CartCouponSchema), required=True)
    fulfilment = fields.Nested(CartFulfilmentSchema, required=True, allow_none=True)
    quote = fields.Nested(QuoteSchema, required=True)


class LineQuantitySchema(Schema):
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(0, MAX_QUANTITY))


class FulfilmentChoiceSchema(Schema):
    type = fields.String(required=True, validate=validate.OneOf(FULFILMENT_TYPES))
    location = Code(required=True, validate=SHORT_TEXT)


class CartKeySchema(Schema):
    id = fields.UUID(required=True)
    token = Line(required=True, validate=validate.Length(max=100))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> GuestCart:
        return GuestCart(**data)


class OpenCartRequestSchema(Schema):
    guest = fields.Nested(
        CartKeySchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "A guest's cart to put into it"},
    )
