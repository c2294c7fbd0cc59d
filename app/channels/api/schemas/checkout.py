"""Schemas of the checkout and of the order that it places."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import SHORT_TEXT, Line, Text
from app.channels.http.invoice_schemas import BillingDetailsSchema
from app.channels.http.orders import FulfilmentTypeSchema
from app.channels.http.payment_schemas import GiftCardTenderSchema
from app.channels.http.quotes import Minor
from app.core.checkout.place_order import ContactDetails
from app.core.orders.statuses import ORDER
from app.core.payments.checkout_tenders import PaymentPlan


class ContactSchema(Schema):
    name = Line(required=True, validate=SHORT_TEXT)
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
    name = Line(required=True, validate=SHORT_TEXT, metadata={"example": "Charles"})


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
