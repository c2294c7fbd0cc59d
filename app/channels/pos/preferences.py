"""What a customer prefers, for who serves her at the counter."""

from typing import Any
from uuid import UUID

from flask import Response

from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import DEVICE, allowed
from app.channels.http.preferences import PreferencesSchema, PreferencesUpdateSchema
from app.channels.http.responses import perform
from app.core.accounts.preferences import (
    SetPreferences,
    ViewPreferences,
    set_preferences,
    view_preferences,
)

blueprint = Blueprint(
    "pos-preferences",
    __name__,
    url_prefix="/api/pos/v1/customers",
    description="Preferences of customers at a till",
)


@blueprint.route("/<uuid:customer_id>/preferences")
@allowed(DEVICE, "customers.see")
@blueprint.operation("getCustomerPreferences")
@blueprint.response(200, PreferencesSchema)
def get_preferences(customer_id: UUID) -> Response:
    """What she said she prefers, and where she said nothing, what her orders show."""
    return perform(view_preferences, ViewPreferences(customer_id), PreferencesSchema)


@blueprint.route("/<uuid:customer_id>/preferences", methods=["PATCH"])
@allowed(DEVICE, "customers.change")
@blueprint.operation("updateCustomerPreferences")
@blueprint.arguments(PreferencesUpdateSchema)
@blueprint.response(200, PreferencesSchema)
def patch_preferences(body: dict[str, Any], customer_id: UUID) -> Response:
    """State what she says."""
    return perform(set_preferences, SetPreferences(customer_id, body), PreferencesSchema)
