"""What a customer prefers, for the people of the shop in their console."""

from typing import Any
from uuid import UUID

from flask import Response

from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.preferences import PreferencesSchema, PreferencesUpdateSchema
from app.channels.http.responses import perform
from app.core.accounts.preferences import (
    SetPreferences,
    ViewPreferences,
    set_preferences,
    view_preferences,
)

blueprint = Blueprint(
    "admin-preferences",
    __name__,
    url_prefix="/api/admin/v1/customers",
    description="Preferences of customers",
)


@blueprint.route("/<uuid:customer_id>/preferences")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("getCustomerPreferences")
@blueprint.response(200, PreferencesSchema)
def get_preferences(customer_id: UUID) -> Response:
    """What she said she prefers, and where she said nothing, what her orders show."""
    return perform(view_preferences, ViewPreferences(customer_id), PreferencesSchema)


@blueprint.route("/<uuid:customer_id>/preferences", methods=["PATCH"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("updateCustomerPreferences")
@blueprint.arguments(PreferencesUpdateSchema)
@blueprint.response(200, PreferencesSchema)
def patch_preferences(body: dict[str, Any], customer_id: UUID) -> Response:
    """State what she says."""
    return perform(set_preferences, SetPreferences(customer_id, body), PreferencesSchema)
