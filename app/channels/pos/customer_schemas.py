"""Schemas of customers at a till: enough to recognise and serve them, without addresses."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.channels.http.customer_schemas import CustomerNoteSchema, MergeRequestSchema
from app.channels.http.quotes import QuoteSchema
from app.channels.pos.schemas import ApprovedRequestSchema
from app.core.access.models import SALES_CHANNELS
from app.core.accounts.customer_at_counter import CustomerAtCounter
from app.core.carts.cart_view import CartView
from app.core.customers.merges import MergePreview
from app.core.customers.normalise import mask
from app.core.customers.queries import CustomerDetail
from app.core.orders.statuses import ORDER


class CustomerMatchSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    email = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Masked", "example": "a•••@example.com"},
    )
    phone = fields.String(
        required=True, allow_none=True, metadata={"description": "Masked", "example": "•••000"}
    )
    customer_group = fields.String(required=True, allow_none=True)
    favourite_store = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    notes = fields.List(fields.Nested(CustomerNoteSchema), required=True)
    verified = fields.Boolean(
        required=True,
        metadata={"description": "Whether the customer has verified one of their identities"},
    )


class CustomerMatchListSchema(Schema):
    items = fields.List(fields.Nested(CustomerMatchSchema), required=True)


class StaffCartLineSchema(Schema):
    sku = fields.String(required=True)
    barcode = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    options = fields.Dict(required=True)
    quantity = fields.Integer(required=True)
    available_for_sale = fields.Boolean(
        required=True, metadata={"description": "False: withdrawn since, and not in the quote"}
    )


class StaffCartSchema(Schema):
    id = fields.UUID(required=True)
    currency = fields.String(required=True)
    location = fields.String(
        required=True, allow_none=True, metadata={"description": "The preferred store"}
    )
    lines = fields.List(fields.Nested(StaffCartLineSchema), required=True)
    coupons = fields.List(fields.String(), required=True)
    quote = fields.Nested(QuoteSchema, required=True)


class StaffOrderSummarySchema(Schema):
    """An order without amounts: the prices at another store are no concern of this one."""

    number = fields.String(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(ORDER.statuses),
        metadata={"example": "ready"},
    )
    placed_at = fields.AwareDateTime(required=True)
    started_channel = fields.String(required=True, validate=validate.OneOf(SALES_CHANNELS))
    location = fields.String(required=True, allow_none=True)


class StaffCustomerSchema(CustomerMatchSchema):
    cart = fields.Nested(
        StaffCartSchema, required=True, allow_none=True, metadata={"description": "The open cart"}
    )
    orders = fields.List(
        fields.Nested(StaffOrderSummarySchema),
        required=True,
        metadata={"description": "The last ten, the newest first"},
    )


class StaffMergeRequestSchema(MergeRequestSchema, ApprovedRequestSchema):
    pass


class StaffMergePreviewSchema(Schema):
    stays = fields.Nested(CustomerMatchSchema, required=True)
    merged = fields.Nested(CustomerMatchSchema, required=True)
    result = fields.Nested(CustomerMatchSchema, required=True)
    differs = fields.List(
        fields.String(), required=True, metadata={"description": "What both have, and not the same"}
    )


def present_merge_preview(preview: MergePreview) -> dict[str, Any]:
    people = {name: present_match(getattr(preview, name)) for name in ("stays", "merged", "result")}
    return {**people, "differs": preview.differs}


def present_served_customer(served: CustomerAtCounter) -> dict[str, Any]:
    cart = served.cart and present_cart(served.cart)
    return {**present_match(served.customer), "cart": cart, "orders": served.orders}


def present_cart(cart: CartView) -> dict[str, Any]:
    return {
        "id": cart.id,
        "currency": cart.currency,
        "location": cart.location,
        "lines": [
            {**line._asdict(), "available_for_sale": line.available_for_sale} for line in cart.lines
        ],
        "coupons": [coupon.code for coupon in cart.coupons],
        "quote": cart.quote,
    }


def present_match(person: CustomerDetail) -> dict[str, Any]:
    return {
        **vars(person),
        "email": mask("email", person.email),
        "phone": mask("phone", person.phone),
        "verified": any(identity.verified for identity in person.identities),
    }
