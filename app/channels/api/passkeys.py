"""The passkeys of an account."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.channels.api.schemas.passkeys import (
    NewPasskeySchema,
    PasskeyListSchema,
    PasskeyOptionsSchema,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import SHOPPER, actor, allowed
from app.channels.http.responses import json_response, perform, perform_without_key, read
from app.channels.http.shopper_auth import customer_id, session_id
from app.core.accounts import queries
from app.core.accounts.passkeys import (
    AddPasskey,
    BeginPasskey,
    RemovePasskey,
    add_passkey,
    begin_passkey,
    remove_passkey,
)

blueprint = Blueprint(
    "passkeys",
    __name__,
    url_prefix="/api/v1/account/passkeys",
    description="Passkeys of an account",
)


@blueprint.route("")
@allowed(SHOPPER)
@blueprint.operation("listPasskeys")
@blueprint.response(200, PasskeyListSchema)
def get_passkeys() -> Response:
    """List the passkeys."""
    return json_response(listed(None, None), PasskeyListSchema)


@blueprint.route("/options", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("getPasskeyCreationOptions")
@blueprint.no_idempotency
@blueprint.response(200, PasskeyOptionsSchema)
def post_passkey_options() -> Response:
    """Return the options of navigator.credentials.create() for a new passkey. The session must be at most 15
    minutes old."""
    command = BeginPasskey(customer_id(), session_id())
    return perform_without_key(begin_passkey, command, PasskeyOptionsSchema)


@blueprint.route("", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("addPasskey")
@blueprint.arguments(NewPasskeySchema)
@blueprint.response(201, PasskeyListSchema)
def post_passkey(body: dict[str, Any]) -> Response:
    """Save the passkey that navigator.credentials.create() returned."""
    command = AddPasskey(customer_id(), body["challenge"], body["credential"], body["name"])
    return perform(add_passkey, command, PasskeyListSchema, 201, present=listed)


@blueprint.route("/<uuid:passkey_id>", methods=["DELETE"])
@allowed(SHOPPER)
@blueprint.operation("deletePasskey")
@blueprint.response(204)
def delete_passkey(passkey_id: UUID) -> Response:
    """Delete a passkey. It signs no one in any more."""
    command = RemovePasskey(customer_id(), passkey_id)
    current_app.extensions["runner"].perform(remove_passkey, command, actor())
    return Response(status=204)


def listed(session: Session | None, _: Any) -> dict[str, Any]:
    if session is None:
        return {"items": read(queries.passkeys, customer_id())}
    return {"items": queries.passkeys(session, customer_id())}
