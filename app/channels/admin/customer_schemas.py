"""Schemas of customers for merchants."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channels.admin.schemas import tags
from app.channels.http.customer_schemas import LOCALE, CustomerNoteSchema
from app.channels.http.fields import Code
from app.channels.http.paging import PageSchema
from app.core.customers.models import IDENTITY_KINDS


class CustomerSearchSchema(PageSchema):
    by = fields.String(validate=validate.OneOf(IDENTITY_KINDS))
    value = fields.String(validate=validate.Length(1, 254))

    @validates_schema
    def both(self, data: dict[str, Any], **_: Any) -> None:
        if ("by" in data) != ("value" in data):
            raise ValidationError("Send both `by` and `value`, or neither.", "by")


class CustomerSummarySchema(Schema):
    """A customer in a list, without a name, so that a list does not expose people."""

    id = fields.UUID(required=True)
    customer_group = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)


class CustomerPageSchema(Schema):
    items = fields.List(fields.Nested(CustomerSummarySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CustomerIdentitySchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(IDENTITY_KINDS))
    value = fields.String(required=True)
    verified = fields.Boolean(required=True)


class CustomerSchema(Schema):
    id = fields.UUID(
        required=True, metadata={"description": "Of who stayed, where some were merged"}
    )
    name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    customer_group = fields.String(required=True, allow_none=True)
    locale = fields.String(required=True, allow_none=True)
    favourite_store = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    identities = fields.List(fields.Nested(CustomerIdentitySchema), required=True)
    notes = fields.List(fields.Nested(CustomerNoteSchema), required=True)
    created_at = fields.AwareDateTime(required=True)
    erased_at = fields.AwareDateTime(required=True, allow_none=True)
    merged_ids = fields.List(
        fields.Nested(CustomerSummarySchema),
        required=True,
        metadata={
            "description": "The customer's own row and those merged into it, each with its own values"
        },
    )


class CustomerUpdateSchema(Schema):
    customer_group = Code(allow_none=True, validate=validate.Length(1, 40))
    tags = tags()
    locale = fields.String(allow_none=True, validate=LOCALE)


class MergePreviewSchema(Schema):
    stays = fields.Nested(CustomerSchema, required=True)
    merged = fields.Nested(CustomerSchema, required=True)
    result = fields.Nested(CustomerSchema, required=True)
    differs = fields.List(
        fields.String(), required=True, metadata={"description": "What both have, and not the same"}
    )


class DuplicateSuggestionSchema(Schema):
    a = fields.UUID(required=True)
    b = fields.UUID(required=True)
    reasons = fields.List(fields.String(), required=True)
    strength = fields.String(required=True, validate=validate.OneOf(["strong", "weak"]))


class DuplicateSuggestionPageSchema(Schema):
    items = fields.List(fields.Nested(DuplicateSuggestionSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ErasureRequestSchema(Schema):
    email = fields.Email(required=True, validate=validate.Length(max=254))
