"""Schemas of pairing and of sign-in at a device."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import Line
from app.channels.pos.schemas import PIN, STAFF_NUMBER
from app.core.access.devices import PairDevice
from app.core.access.permissions import STORE_ROLES
from app.core.access.staff.sessions import SignInStaff


class PairingRequestSchema(Schema):
    code = Line(
        required=True,
        validate=validate.Length(1, 40),
        metadata={
            "description": "As `flask device pair` or the merchant shows it",
            "example": "4TXQ-9MPD",
        },
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PairDevice:
        return PairDevice(**data)


class PairedDeviceSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Till 1"})
    store = fields.String(required=True, metadata={"description": "The code of its location"})
    needs_staff = fields.Boolean(
        required=True, metadata={"description": "Staff must sign in before it does anything"}
    )
    token = fields.String(required=True, metadata={"description": "Shown this once"})


class StaffSignInSchema(Schema):
    number = fields.String(required=True, validate=STAFF_NUMBER, metadata={"example": "1001"})
    pin = fields.String(required=True, validate=PIN)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SignInStaff:
        return SignInStaff(**data)


class StaffSignInResultSchema(Schema):
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(STORE_ROLES))
    expires_at = fields.AwareDateTime(required=True)
    token = fields.String(
        required=True, metadata={"description": "To be sent as X-Staff-Token, by this device only"}
    )
