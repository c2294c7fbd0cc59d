"""Pairing of devices, and sign-in of staff at them."""

from flask import Response, request

from app.channels.http.bearer import STAFF_TOKEN
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import TILL, UNPAIRED_DEVICE, allowed
from app.channels.http.responses import EmptySchema, perform, perform_without_key
from app.channels.http.throttle import throttled
from app.channels.pos.sign_in_schemas import (
    PairedDeviceSchema,
    PairingRequestSchema,
    StaffSignInResultSchema,
    StaffSignInSchema,
)
from app.core.access.devices import PairDevice, pair_device
from app.core.access.staff.sessions import SignInStaff, SignOutStaff, sign_in_staff, sign_out_staff

blueprint = Blueprint(
    "pos-sign-in",
    __name__,
    url_prefix="/api/pos/v1",
    description="Pairing of devices and sign-in of staff",
)


@blueprint.route("/pair", methods=["POST"])
@allowed(UNPAIRED_DEVICE)
@blueprint.operation("pairDevice")
@throttled("sign_in")
@blueprint.also_returns(401, 429)
@blueprint.arguments(PairingRequestSchema)
@blueprint.response(201, PairedDeviceSchema)
def post_pair(command: PairDevice) -> Response:
    """Exchange a pairing code for the device's token, once."""
    return perform(pair_device, command, PairedDeviceSchema, 201)


@blueprint.route("/sessions", methods=["POST"])
@allowed(TILL)
@blueprint.operation("signIn")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(StaffSignInSchema)
@blueprint.response(201, StaffSignInResultSchema)
def post_session(command: SignInStaff) -> Response:
    """Sign in a staff member of this store at this device, by number and PIN."""
    return perform_without_key(sign_in_staff, command, StaffSignInResultSchema, 201)


@blueprint.route("/sessions", methods=["DELETE"])
@allowed(TILL)
@blueprint.operation("signOut")
@blueprint.response(200, EmptySchema)
def delete_session() -> Response:
    """Sign out the staff of X-Staff-Token. A repeat changes nothing."""
    return perform(sign_out_staff, SignOutStaff(request.headers.get(STAFF_TOKEN, "")), EmptySchema)
