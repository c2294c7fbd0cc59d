"""Schemas of devices and API keys."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import Code, Line
from app.core.access.devices import CreatePairingCode
from app.core.access.models import SALES_CHANNELS
from app.core.access.permissions import SCOPES

NAME = validate.Length(1, 100)
ONCE = {"description": "Shown this once"}


def scopes(**options: Any) -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        validate=validate.Length(1, len(SCOPES)),
        **options,
    )


class NewDeviceSchema(Schema):
    store = Code(required=True, validate=validate.Length(1, 64))
    name = Line(required=True, validate=NAME, metadata={"example": "Till 1"})
    needs_staff = fields.Boolean(
        load_default=True,
        metadata={"description": "false: it is trusted to work without a signed-in staff member"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CreatePairingCode:
        return CreatePairingCode(**data)


class PairingCodeSchema(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={**ONCE, "example": "4TXQ-9MPD"})
    expires_at = fields.AwareDateTime(required=True)


class DeviceSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Till 1"})
    store = fields.String(required=True)
    paired = fields.Boolean(required=True)
    needs_staff = fields.Boolean(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class DeviceListSchema(Schema):
    items = fields.List(fields.Nested(DeviceSchema), required=True)


class RevocationSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Till 1"})
    revoked_at = fields.AwareDateTime(required=True)


class NewApiKeySchema(Schema):
    name = Line(required=True, validate=NAME, metadata={"example": "Stock sync"})
    scopes = scopes(required=True)


class IssuedApiKeySchema(Schema):
    id = fields.UUID(required=True)
    key = fields.String(required=True, metadata=ONCE)


class ApiKeySchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Stock sync"})
    sales_channel = fields.String(required=True, validate=validate.OneOf(SALES_CHANNELS))
    scopes = fields.List(
        fields.String(), required=True, allow_none=True, metadata={"description": "null: all"}
    )
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class ApiKeyListSchema(Schema):
    items = fields.List(fields.Nested(ApiKeySchema), required=True)
