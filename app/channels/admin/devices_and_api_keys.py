"""Devices of the stores, and API keys of integrations."""

from typing import Any
from uuid import UUID

from flask import Response

from app.channels.admin.device_and_api_key_schemas import (
    ApiKeyListSchema,
    DeviceListSchema,
    IssuedApiKeySchema,
    NewApiKeySchema,
    NewDeviceSchema,
    PairingCodeSchema,
    RevocationSchema,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, perform, read
from app.core.access import queries
from app.core.access.api_clients import (
    CreateApiClient,
    RevokeApiClient,
    create_api_client,
    revoke_api_client,
)
from app.core.access.devices import (
    CreatePairingCode,
    RevokeDevice,
    create_pairing_code,
    revoke_device,
)

blueprint = Blueprint(
    "admin-access", __name__, url_prefix="/api/admin/v1", description="Devices and API keys"
)


@blueprint.route("/devices")
@allowed(MERCHANT, "devices.see")
@blueprint.operation("listDevices")
@blueprint.response(200, DeviceListSchema)
def list_devices() -> Response:
    """List all devices by store, revoked ones too."""
    return json_response({"items": read(queries.list_devices)}, DeviceListSchema)


@blueprint.route("/devices", methods=["POST"])
@allowed(MERCHANT, "devices.change")
@blueprint.operation("createDevice")
@blueprint.also_returns(404)
@blueprint.arguments(NewDeviceSchema)
@blueprint.response(201, PairingCodeSchema)
def post_device(command: CreatePairingCode) -> Response:
    """Create a pairing code for a new till. It is valid for 15 minutes and once; enter it at the till itself."""
    return perform(create_pairing_code, command, PairingCodeSchema, 201)


@blueprint.route("/devices/<uuid:device_id>/revoke", methods=["POST"])
@allowed(MERCHANT, "devices.change")
@blueprint.operation("revokeDevice")
@blueprint.response(200, RevocationSchema)
def post_revoke_device(device_id: UUID) -> Response:
    """Revoke a device, such as a stolen till, from its next request on. A repeat changes nothing."""
    return perform(revoke_device, RevokeDevice(device_id), RevocationSchema)


@blueprint.route("/api-keys")
@allowed(MERCHANT, "keys.see")
@blueprint.operation("listApiKeys")
@blueprint.response(200, ApiKeyListSchema)
def list_keys() -> Response:
    """List all API keys with their permissions, revoked ones too."""
    return json_response({"items": read(queries.list_api_clients)}, ApiKeyListSchema)


@blueprint.route("/api-keys", methods=["POST"])
@allowed(MERCHANT, "keys.change")
@blueprint.operation("createApiKey")
@blueprint.arguments(NewApiKeySchema)
@blueprint.response(201, IssuedApiKeySchema)
def post_key(body: dict[str, Any]) -> Response:
    """Create an API key for an integration, with exactly the permissions that are named."""
    return perform(
        create_api_client, CreateApiClient("integration", **body), IssuedApiKeySchema, 201
    )


@blueprint.route("/api-keys/<uuid:key_id>/revoke", methods=["POST"])
@allowed(MERCHANT, "keys.change")
@blueprint.operation("revokeApiKey")
@blueprint.response(200, RevocationSchema)
def post_revoke_key(key_id: UUID) -> Response:
    """Revoke an API key. A repeat changes nothing."""
    return perform(revoke_api_client, RevokeApiClient(key_id), RevocationSchema)
