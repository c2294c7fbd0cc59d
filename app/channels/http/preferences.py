"""Preferences of a customer: the same views for merchants and for tills."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from app.channels.http.blueprints import Blueprint
from app.channels.http.fields import Code, Line, Pattern
from app.channels.http.guards import allowed
from app.channels.http.responses import perform
from app.core.accounts.preferences import (
    MAX_CATEGORIES,
    SetPreferences,
    ViewPreferences,
    set_preferences,
    view_preferences,
)
from app.core.customers.models import CONTACT_CHANNELS

SOURCE = {"description": "stated, or inferred from the orders; null if nothing is known"}


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
        metadata={"description": "The contact channel by which the customer wants to be contacted"},
    )
    locale = fields.Nested(PreferenceSchema, required=True)
    store = fields.Nested(PreferenceSchema, required=True, metadata={"description": "Its code"})
    categories = fields.Nested(PreferenceListSchema, required=True)


class PreferencesUpdateSchema(Schema):
    """A missing field keeps its value; null removes the stated value."""

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


def make_blueprint(name: str, who: str, url_prefix: str, description: str) -> Blueprint:
    """Return the views of customers' preferences for `who`, a guard such as MERCHANT or DEVICE."""
    blueprint = Blueprint(name, __name__, url_prefix=url_prefix, description=description)

    @blueprint.route("/<uuid:customer_id>/preferences")
    @allowed(who, "customers.see")
    @blueprint.operation("getCustomerPreferences")
    @blueprint.response(200, PreferencesSchema)
    def get_preferences(customer_id: UUID) -> Response:
        """Return the stated preferences, and those inferred from orders where none is stated."""
        return perform(view_preferences, ViewPreferences(customer_id), PreferencesSchema)

    @blueprint.route("/<uuid:customer_id>/preferences", methods=["PATCH"])
    @allowed(who, "customers.change")
    @blueprint.operation("updateCustomerPreferences")
    @blueprint.arguments(PreferencesUpdateSchema)
    @blueprint.response(200, PreferencesSchema)
    def patch_preferences(body: dict[str, Any], customer_id: UUID) -> Response:
        """Record the preferences that the customer states."""
        return perform(set_preferences, SetPreferences(customer_id, body), PreferencesSchema)

    return blueprint
