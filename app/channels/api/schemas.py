"""Schemas of the catalogue, carts and checkout for shoppers."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import Code, Line, Text
from app.channels.http.invoice_schemas import BillingDetailsSchema
from app.channels.http.orders import FulfilmentTypeSchema
from app.channels.http.paging import PageSchema
from app.channels.http.payment_schemas import GiftCardTenderSchema
from app.channels.http.quotes import Minor, QuoteSchema
from app.channels.http.shop_settings import currency_field
from app.core.carts.cart import MAX_QUANTITY
from app.core.checkout.place_order import ContactDetails
from app.core.orders.models import FULFILMENT_TYPES
from app.core.orders.statuses import ORDER
from app.core.payments.checkout_tenders import PaymentPlan

text = validate.Length(min=1, max=200)


class PriceReductionSchema(Schema):
    """The reduction of a price; null if the price is not shown as reduced."""

    compare_at = fields.Integer(
        metadata={
            "description": "What a unit is compared with, in minor units; there where its price is reduced"
        }
    )
    lowest_30_days = fields.Integer(
        allow_none=True,
        metadata={
            "description": "The lowest price of the 30 days before the reduction, in minor units; beside "
            "compare_at (Directive 98/6/EC, article 6a)"
        },
    )


class PriceSchema(PriceReductionSchema):
    amount = fields.Integer(
        required=True,
        metadata={"description": "Minor units; with tax or without, as the market's prices are"},
    )
    currency = fields.String(required=True)


class VariantSchema(Schema):
    sku = fields.String(required=True)
    barcode = fields.String(required=True, allow_none=True)
    options = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    price = fields.Nested(PriceSchema, required=True, allow_none=True)


class ProductSchema(Schema):
    handle = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    vendor = fields.String(required=True)
    category = fields.String(required=True)
    variants = fields.List(fields.Nested(VariantSchema), required=True)


class ProductPageSchema(Schema):
    items = fields.List(fields.Nested(ProductSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CurrencySchema(Schema):
    currency = currency_field(load_default=None)


class ProductSearchSchema(CurrencySchema, PageSchema):
    q = Text(validate=validate.Length(max=200), metadata={"description": "Words, beginnings, SKUs"})
    category = Text(validate=validate.Length(max=200))


class AvailabilityQuerySchema(Schema):
    line = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "SKU:QTY"},
    )
    near = fields.String(metadata={"description": "LATITUDE,LONGITUDE"})
    limit = fields.Integer(load_default=24, validate=validate.Range(1, 100))


class AvailableLineSchema(Schema):
    sku = fields.String(required=True)
    available = fields.Integer(required=True)


class StoreAvailabilitySchema(Schema):
    location = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "Leeds"})
    distance_km = fields.Float(required=True, allow_none=True)
    serves_all = fields.Boolean(required=True)
    ready_by = fields.AwareDateTime(required=True, allow_none=True)
    lines = fields.List(fields.Nested(AvailableLineSchema), required=True)


class AvailabilitySchema(Schema):
    items = fields.List(fields.Nested(StoreAvailabilitySchema), required=True)


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
    location = Code(required=True, validate=text)


class ContactSchema(Schema):
    name = Line(required=True, validate=text)
    email = fields.Email(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=254),
        metadata={
            "description": "Left out, all is told by text message to the phone number",
            "example": "ada@example.com",
        },
    )
    phone = Line(allow_none=True, load_default=None, validate=validate.Length(max=32))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ContactDetails:
        return ContactDetails(**data)


class PickupPersonSchema(Schema):
    name = Line(required=True, validate=text, metadata={"example": "Charles"})


class CheckoutPaymentSchema(Schema):
    method = fields.String(
        required=True,
        validate=validate.OneOf(["at_pickup", "card"]),
        metadata={"description": "How what gift cards and store credit leave is paid"},
    )
    gift_cards = fields.List(
        fields.Nested(GiftCardTenderSchema), load_default=list, validate=validate.Length(max=10)
    )
    store_credit = fields.Boolean(
        load_default=False, metadata={"description": "Of the shopper who is signed in"}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PaymentPlan:
        return PaymentPlan(
            data["method"] == "card", tuple(data["gift_cards"]), data["store_credit"]
        )


class CheckoutSchema(Schema):
    expected_total = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    contact = fields.Nested(ContactSchema, required=True)
    pickup_person = fields.Nested(PickupPersonSchema, allow_none=True, load_default=None)
    payment = fields.Nested(CheckoutPaymentSchema, required=True)
    billing = fields.Nested(
        BillingDetailsSchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "For an invoice in full: left out, it is a simplified one"},
    )
    quote = Text(
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, 200),
        metadata={"description": "The token of a signed quote"},
    )


class PlacedFulfilmentSchema(FulfilmentTypeSchema):
    location = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "Leeds"})
    code = fields.String(required=True, metadata={"example": "548963"})
    ready_by = fields.AwareDateTime(required=True)
    collect_by = fields.AwareDateTime(required=True)


class PlacedOrderSchema(Schema):
    number = fields.String(required=True)
    token = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(ORDER.statuses), metadata={"example": "placed"}
    )
    currency = fields.String(required=True)
    total = Minor(required=True)
    net = Minor(required=True)
    tax = Minor(required=True)
    amount_due = Minor(required=True)
    amount_outstanding = Minor(
        required=True,
        metadata={
            "description": "The amount that no gift card or store credit pays",
            "example": 990,
        },
    )
    pay_by = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Until when the goods wait for the card"},
    )
    quote_hash = fields.String(required=True)
    placed_at = fields.AwareDateTime(required=True)
    fulfilments = fields.List(fields.Nested(PlacedFulfilmentSchema), required=True)
