"""Schemas of accounts."""

from marshmallow import Schema, fields, validate

from app.channels.api.schemas.sign_in import PASSWORD
from app.channels.http.fields import SHORT_TEXT, Code, Line, Text
from app.core.access.models import SALES_CHANNELS
from app.core.accounts.passwords import MAX_LENGTH
from app.core.customers.models import IDENTITY_KINDS
from app.core.orders.statuses import ORDER


class ContactMethodSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(IDENTITY_KINDS))
    value = fields.String(required=True)


class AccountSchema(Schema):
    name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    contact_methods = fields.List(
        fields.Nested(ContactMethodSchema),
        required=True,
        attribute="contact_addresses",
        metadata={"description": "The verified addresses and numbers"},
    )
    customer_group = fields.String(required=True, allow_none=True)
    has_password = fields.Boolean(required=True)
    passkeys = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)


class AccountUpdateSchema(Schema):
    name = Line(required=True, validate=SHORT_TEXT)


class PasswordUpdateSchema(Schema):
    current = Text(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=MAX_LENGTH),
        metadata={"description": "Not needed within 15 minutes after signing in"},
    )
    password = Text(required=True, validate=PASSWORD)


class SessionSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Firefox on Linux"})
    sales_channel = fields.String(required=True, validate=validate.OneOf(SALES_CHANNELS))
    created_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True)
    current = fields.Boolean(required=True, metadata={"description": "The one that asks"})


class SessionListSchema(Schema):
    items = fields.List(fields.Nested(SessionSchema), required=True)


class ContactMethodAddedSchema(Schema):
    claimable_orders = fields.Integer(required=True)


class ClaimableOrderSchema(Schema):
    number = fields.String(required=True)
    placed_at = fields.AwareDateTime(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ORDER.statuses))
    currency = fields.String(required=True)
    total = fields.Integer(required=True)


class ClaimableOrderListSchema(Schema):
    items = fields.List(fields.Nested(ClaimableOrderSchema), required=True)


class OrderClaimSchema(Schema):
    orders = fields.List(
        Code(validate=validate.Length(1, 32)),
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "Numbers of claimable orders"},
    )


class ClaimedOrdersSchema(Schema):
    orders = fields.List(
        fields.String(), required=True, metadata={"description": "The numbers that were claimed"}
    )


class StoreCreditCodeSchema(Schema):
    code = fields.String(required=True, metadata={"example": "0123456789"})
    expires_at = fields.AwareDateTime(required=True)
