"""Staff of the stores, for merchants."""

from typing import Any

from flask import Response

from app.channels.admin.staff_and_user_schemas import (
    NewStaffMemberSchema,
    StaffListSchema,
    StaffMemberSchema,
    StaffWithPinSchema,
    StoreRoleSchema,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, perform, read
from app.core.access.staff import queries
from app.core.access.staff.staff import (
    AddStaff,
    DeactivateStaff,
    RenewPin,
    SetStoreRole,
    add_staff,
    deactivate_staff,
    renew_pin,
    set_store_role,
)

blueprint = Blueprint(
    "admin-staff", __name__, url_prefix="/api/admin/v1", description="Staff of the stores"
)


@blueprint.route("/staff")
@allowed(MERCHANT, "staff.see")
@blueprint.operation("listStaff")
@blueprint.response(200, StaffListSchema)
def list_staff() -> Response:
    """List all staff by number, with their roles by store, deactivated ones too."""
    return json_response({"items": read(queries.list_staff)}, StaffListSchema)


@blueprint.route("/staff", methods=["POST"])
@allowed(MERCHANT, "staff.change")
@blueprint.operation("createStaff")
@blueprint.also_returns(404)
@blueprint.arguments(NewStaffMemberSchema)
@blueprint.response(201, StaffWithPinSchema)
def post_staff(command: AddStaff) -> Response:
    """Add a staff member to a store, with a generated PIN."""
    return perform(add_staff, command, StaffWithPinSchema, 201)


@blueprint.route("/staff/<staff_number>/stores/<store>", methods=["PUT"])
@allowed(MERCHANT, "staff.change")
@blueprint.operation("setStaffRole")
@blueprint.arguments(StoreRoleSchema)
@blueprint.response(200, StaffMemberSchema)
def put_store_role(body: dict[str, Any], staff_number: str, store: str) -> Response:
    """Set the role of a staff member in a store."""
    command = SetStoreRole(staff_number, store, body["role"])
    return perform(set_store_role, command, StaffMemberSchema, present=queries.get_staff)


@blueprint.route("/staff/<staff_number>/pin", methods=["POST"])
@allowed(MERCHANT, "staff.change")
@blueprint.operation("resetStaffPin")
@blueprint.response(200, StaffWithPinSchema)
def post_pin(staff_number: str) -> Response:
    """Issue a new PIN. The old one becomes invalid, and sessions that it opened end."""
    return perform(renew_pin, RenewPin(staff_number), StaffWithPinSchema)


@blueprint.route("/staff/<staff_number>/deactivate", methods=["POST"])
@allowed(MERCHANT, "staff.change")
@blueprint.operation("deactivateStaff")
@blueprint.response(200, StaffMemberSchema)
def post_end(staff_number: str) -> Response:
    """Deactivate a member of staff who left. Their number is not given to another."""
    return perform(
        deactivate_staff,
        DeactivateStaff(staff_number),
        StaffMemberSchema,
        present=queries.get_staff,
    )
