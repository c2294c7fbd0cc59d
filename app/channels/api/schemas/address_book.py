"""Schemas of postal addresses and the wishlist."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import SHORT_TEXT, Code, Line, Pattern, Text
from app.core.accounts.addresses import PostalAddressInput


class WishlistItemSchema(Schema):
    sku = fields.String(required=True)
    handle = fields.String(required=True)
    title = fields.String(required=True)
    available_for_sale = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)


class WishlistSchema(Schema):
    items = fields.List(fields.Nested(WishlistItemSchema), required=True)


class PostalAddressInputSchema(Schema):
    label = Line(load_default="", validate=validate.Length(max=50))
    name = Line(required=True, validate=SHORT_TEXT)
    lines = Text(required=True, validate=validate.Length(1, 500))
    town = Line(required=True, validate=SHORT_TEXT)
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
