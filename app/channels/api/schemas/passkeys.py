"""Schemas of passkeys."""

from marshmallow import Schema, fields, validate

from app.channels.http.fields import Line


class PasskeyOptionsSchema(Schema):
    challenge = fields.UUID(required=True, attribute="challenge_id")
    options = fields.Dict(
        required=True,
        metadata={
            "description": "For navigator.credentials.create() or get()",
            "example": {"challenge": "SAMPLE-CHALLENGE"},
        },
    )


class NewPasskeySchema(Schema):
    challenge = fields.UUID(required=True)
    credential = fields.Dict(keys=fields.String(), required=True)
    name = Line(required=True, validate=validate.Length(1, 100), metadata={"example": "Phone"})


class PasskeySchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "Phone"})
    created_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)


class PasskeyListSchema(Schema):
    items = fields.List(fields.Nested(PasskeySchema), required=True)
