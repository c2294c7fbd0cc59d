"""Schemas of users, their sign-ins, and staff."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import Code, Line, Pattern
from app.core.access.permissions import ROLES, STORE_ROLES
from app.core.access.staff.staff import AddStaff
from app.core.access.users.invitations import AcceptInvitation, InviteUser

ROLE = validate.OneOf(ROLES)
STORE_ROLE = validate.OneOf(STORE_ROLES)
EMAIL = [
    validate.Length(max=254),
    Pattern(r"^[^\s@]+@[^\s@]+$", error="Write an e-mail address."),
]
ONCE = {"description": "Shown this once"}


def name() -> Line:
    return Line(required=True, validate=validate.Length(1, 100))


def roles() -> fields.List[str]:
    return fields.List(
        fields.String(validate=ROLE), required=True, validate=validate.Length(1, len(ROLES))
    )


class InvitationRequestSchema(Schema):
    email = Code(required=True, validate=EMAIL)
    name = name()
    roles = roles()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> InviteUser:
        return InviteUser(**data)


class IssuedInvitationSchema(Schema):
    id = fields.UUID(required=True)
    email = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    invitation = fields.String(required=True, metadata=ONCE)


class UserRolesSchema(Schema):
    roles = roles()


class UserSchema(Schema):
    id = fields.UUID(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(validate=ROLE), required=True)
    accepted = fields.Boolean(required=True, metadata={"description": "false: was only invited"})
    created_at = fields.AwareDateTime(required=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)


class UserListSchema(Schema):
    items = fields.List(fields.Nested(UserSchema), required=True)


class InvitationAcceptanceSchema(Schema):
    invitation = fields.String(required=True, validate=validate.Length(1, 100))
    password = fields.String(required=True, validate=validate.Length(12, 200))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AcceptInvitation:
        return AcceptInvitation(**data)


class AcceptedInvitationSchema(Schema):
    email = fields.String(required=True)
    secret = fields.String(
        required=True, metadata={"description": "For the phone's authenticator, RFC 6238"}
    )
    otpauth_uri = fields.String(
        required=True,
        metadata={
            "description": "The same for a QR code",
            "example": "otpauth://totp/Onecounter:ada@example.com?secret=SAMPLESECRET",
        },
    )


class UserSignInSchema(Schema):
    email = Code(required=True, validate=EMAIL)
    password = fields.String(required=True, validate=validate.Length(1, 200))
    code = fields.String(
        required=True,
        validate=Pattern("^[0-9]{6}$", error="Six digits, of your phone."),
        metadata={"example": "123456"},
    )


class UserSignInResultSchema(Schema):
    name = fields.String(required=True)
    roles = fields.List(fields.String(validate=ROLE), required=True)
    expires_at = fields.AwareDateTime(required=True)
    token = fields.String(
        required=True, metadata={"description": "To be sent as Authorization: Bearer …"}
    )


class UserSessionSchema(Schema):
    id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class UserSessionListSchema(Schema):
    items = fields.List(fields.Nested(UserSessionSchema), required=True)


class NewStaffMemberSchema(Schema):
    number = fields.String(
        required=True,
        validate=Pattern("^[0-9]{1,10}$", error="1 to 10 digits."),
        metadata={"example": "1001"},
    )
    name = name()
    store = Code(required=True, validate=validate.Length(1, 64))
    role = fields.String(required=True, validate=STORE_ROLE)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AddStaff:
        return AddStaff(**data)


class StaffWithPinSchema(Schema):
    number = fields.String(required=True, metadata={"example": "1001"})
    pin = fields.String(required=True, metadata=ONCE)


class StoreRoleSchema(Schema):
    role = fields.String(
        required=True,
        allow_none=True,
        validate=STORE_ROLE,
        metadata={"description": "null: works there no longer"},
    )


class StaffMemberSchema(Schema):
    number = fields.String(required=True, metadata={"example": "1001"})
    name = fields.String(required=True)
    stores = fields.Dict(
        keys=fields.String(), values=fields.String(validate=STORE_ROLE), required=True
    )
    deactivated_at = fields.AwareDateTime(required=True, allow_none=True)


class StaffListSchema(Schema):
    items = fields.List(fields.Nested(StaffMemberSchema), required=True)
