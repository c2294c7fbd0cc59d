"""Schemas of sign-in."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channels.api.schemas.carts import CartKeySchema
from app.channels.http.fields import Code, Line, Pattern, Text
from app.core.accounts.passwords import MAX_LENGTH, MIN_LENGTH

PASSWORD = validate.Length(MIN_LENGTH, MAX_LENGTH)


DEVICE = {
    "description": "A random text that the app keeps on its device and sends with each refresh: with it, one "
    "lost answer is forgiven"
}


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
    claimable_orders = fields.Integer(required=True)
    tokens = fields.Nested(
        TokensSchema,
        required=True,
        allow_none=True,
        metadata={"description": "For an app; a browser of the web shop gets a cookie instead"},
    )
