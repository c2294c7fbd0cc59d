"""What a customer prefers, as every channel shows and changes it."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.channels.http.fields import Code, Line, Pattern
from app.core.accounts.preferences import MAX_CATEGORIES
from app.core.customers.models import CONTACT_CHANNELS

SOURCE = {"description": "stated, or inferred from her orders; null where nothing is known"}


class PreferenceSchema(Schema):
    value = fields.String(required=True, allow_none=True, metadata={"example": "en-GB"})
    source = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(["stated", "inferred", None]),
        metadata=SOURCE,
    )


class PreferenceListSchema(PreferenceSchema):
    value: Any = fields.List(fields.String(), required=True, metadata={"example": ["Party"]})


class PreferencesSchema(Schema):
    channel = fields.Nested(
        PreferenceSchema,
        required=True,
        metadata={"description": "The contact channel by which she wants to be reached"},
    )
    locale = fields.Nested(PreferenceSchema, required=True)
    store = fields.Nested(PreferenceSchema, required=True, metadata={"description": "Its code"})
    categories = fields.Nested(PreferenceListSchema, required=True)


class PreferencesUpdateSchema(Schema):
    """What is left out stays; null takes back what was stated."""

    channel = fields.String(allow_none=True, validate=validate.OneOf(CONTACT_CHANNELS))
    locale = Code(
        allow_none=True,
        validate=Pattern(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"),
        metadata={"description": "BCP 47, as en-GB"},
    )
    store = Code(allow_none=True, validate=validate.Length(1, 64))
    categories = fields.List(
        Line(required=True, validate=validate.Length(1, 200)),
        validate=validate.Length(max=MAX_CATEGORIES),
    )
