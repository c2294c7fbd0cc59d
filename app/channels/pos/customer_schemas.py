"""What a till shows of a customer: enough to serve her and to ask whether it is she; no address to take away."""

from typing import Any

from marshmallow import Schema, fields

from app.channels.http.people import NoteSchema
from app.core.customers.folding import masked


class FoundCustomerSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    phone = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    customer_group = fields.String(required=True, allow_none=True)
    favourite_store = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    notes = fields.List(fields.Nested(NoteSchema), required=True)
    verified = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether she has shown that something that she is known by is hers"
        },
    )


class FoundCustomersSchema(Schema):
    items = fields.List(fields.Nested(FoundCustomerSchema), required=True)


def at_the_till(person: dict[str, Any]) -> dict[str, Any]:
    return {
        **person,
        "email": masked("email", person["email"]),
        "phone": masked("phone", person["phone"]),
        "verified": any(one["verified"] for one in person["identities"]),
    }
