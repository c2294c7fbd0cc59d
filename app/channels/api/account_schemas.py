"""Schemas of accounts."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.channels.api.schemas import text
from app.channels.http.fields import Code, Line, Pattern, Text
from app.channels.http.paging import PageSchema
from app.channels.http.quotes import Minor
from app.core.access.models import SALES_CHANNELS
from app.core.accounts.addresses import PostalAddressInput
from app.core.accounts.customer_cart import GuestCart
from app.core.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from app.core.customers.models import IDENTITY_KINDS
from app.core.orders.statuses import ORDER

PASSWORD = validate.Length(MIN_LENGTH, MAX_LENGTH)
DEVICE = {
    "description": "A random text that the app keeps on its device and sends with each refresh: with it, one "
    "lost answer is forgiven"
}


class CartKeySchema(Schema):
    id = fields.UUID(required=True)
    token = Line(required=True, validate=validate.Length(max=100))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> GuestCart:
        return GuestCart(**data)


class ContactAddressSchema(Schema):
    """Either an email address or a phone number."""

    email = fields.Email(validate=validate.Length(max=254), metadata={"example": "ada@example.com"})
    phone = Line(
        validate=validate.Length(3, 32),
        metadata={"description": "With its country code, or as in the shop's country"},
    )

    @validates_schema
    def one(self, data: dict[str, Any], **_: Any) -> None:
        if ("email" in data) == ("phone" in data):
            raise ValidationError("Send an e-mail address or a phone number.", "email")


class SignInContextSchema(Schema):
    cart = fields.Nested(
        CartKeySchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "The guest's cart, which goes into the account's"},
    )
    device = Line(
        allow_none=True, load_default=None, validate=validate.Length(16, 200), metadata=DEVICE
    )
    device_name = Line(allow_none=True, load_default=None, validate=validate.Length(max=100))


class CodeRequestSchema(ContactAddressSchema):
    purpose = fields.String(
        load_default="sign_in",
        validate=validate.OneOf(["sign_in", "reset"]),
        metadata={"description": "sign_in opens an account too; reset is for a new password"},
    )


class CodeChallengeSchema(Schema):
    challenge = fields.UUID(required=True, attribute="challenge_id")
    expires_at = fields.AwareDateTime(required=True)


class CodeVerificationSchema(Schema):
    challenge = fields.UUID(required=True)
    code = Code(required=True, validate=Pattern(r"^[0-9]{6,8}$"), metadata={"example": "123456"})


class SignInByCodeSchema(CodeVerificationSchema, SignInContextSchema):
    name = Line(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "For an account that is opened by this"},
    )
    password = Text(allow_none=True, load_default=None, validate=PASSWORD)


class SignInByPasswordSchema(ContactAddressSchema, SignInContextSchema):
    password = Text(required=True, validate=validate.Length(1, MAX_LENGTH))


class ResetPasswordSchema(CodeVerificationSchema, SignInContextSchema):
    password = Text(required=True, validate=PASSWORD)


class SignInByPasskeySchema(SignInContextSchema):
    challenge = fields.UUID(required=True)
    credential = fields.Dict(keys=fields.String(), required=True)


class RefreshRequestSchema(Schema):
    refresh_token = Line(required=True, validate=validate.Length(max=200))
    device = Line(
        allow_none=True, load_default=None, validate=validate.Length(16, 200), metadata=DEVICE
    )


class TokensSchema(Schema):
    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    expires_at = fields.AwareDateTime(
        required=True, metadata={"description": "When the access token has to be renewed"}
    )


class SignInResultSchema(Schema):
    session = fields.UUID(required=True, attribute="session_id")
    new = fields.Boolean(required=True, metadata={"description": "The account was opened by this"})
    cart = fields.UUID(required=True, allow_none=True, attribute="cart_id")
    orders_claimed = fields.Integer(required=True)
    tokens = fields.Nested(
        TokensSchema,
        required=True,
        allow_none=True,
        metadata={"description": "For an app; a browser of the web shop gets a cookie instead"},
    )


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
    name = Line(required=True, validate=text)


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
    orders_claimed = fields.Integer(required=True)


class OpenCartRequestSchema(Schema):
    guest = fields.Nested(
        CartKeySchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "A guest's cart to put into it"},
    )


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


class WishlistItemSchema(Schema):
    sku = fields.String(required=True)
    handle = fields.String(required=True)
    title = fields.String(required=True)
    available_for_sale = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class WishlistSchema(Schema):
    items = fields.List(fields.Nested(WishlistItemSchema), required=True)


class PasskeyOptionsSchema(Schema):
    challenge = fields.UUID(required=True, attribute="challenge_id")
    options = fields.Dict(
        required=True,
        metadata={
            "description": "For navigator.credentials.create() or get()",
            "example": {"challenge": "SAMPLE-CHALLENGE"},
        },
    )


class NewPasskeySchema(Schema):
    challenge = fields.UUID(required=True)
    credential = fields.Dict(keys=fields.String(), required=True)
    name = Line(required=True, validate=validate.Length(1, 100), metadata={"example": "Phone"})


class PasskeySchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Phone"})
    created_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)


class PasskeyListSchema(Schema):
    items = fields.List(fields.Nested(PasskeySchema), required=True)


class PostalAddressInputSchema(Schema):
    label = Line(load_default="", validate=validate.Length(max=50))
    name = Line(required=True, validate=text)
    lines = Text(required=True, validate=validate.Length(1, 500))
    town = Line(required=True, validate=text)
    postcode = Line(load_default="", validate=validate.Length(max=20))
    country = Code(
        required=True,
        validate=Pattern(r"^[A-Z]{2}$"),
        metadata={"description": "ISO 3166-1, as GB"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PostalAddressInput:
        return PostalAddressInput(**data)


class PostalAddressSchema(PostalAddressInputSchema):
    id = fields.UUID(required=True)


class PostalAddressListSchema(Schema):
    items = fields.List(fields.Nested(PostalAddressSchema), required=True)
