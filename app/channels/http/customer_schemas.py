"""Schemas of customers that several channels use."""

from typing import Any

from flask import current_app, request
from marshmallow import Schema, fields, post_load, validate

from app.channels.http import timeline_text
from app.channels.http.fields import Code, Line, Pattern
from app.channels.http.paging import PageSchema
from app.core.access.models import SALES_CHANNELS
from app.core.customers.consents import ConsentStatement
from app.core.customers.customers import CreateCustomer
from app.core.customers.models import (
    CONSENT_PURPOSES,
    CONSENT_SOURCES,
    CONTACT_CHANNELS,
    IDENTITY_KINDS,
    MERGE_REASONS,
)
from app.core.orders.timeline import GROUPS, TimelineEntry

short = validate.Length(1, 200)
LOCALE = Pattern(r"^[a-z]{2}(-[A-Z]{2})?$", error="Write it as en-GB or de.")


class CustomerQuerySchema(Schema):
    by = fields.String(required=True, validate=validate.OneOf(IDENTITY_KINDS))
    value = Line(required=True, validate=short)


class NewCustomerSchema(Schema):
    name = Line(required=True, validate=short)
    email = fields.Email(allow_none=True, load_default=None, validate=validate.Length(max=254))
    phone = Line(allow_none=True, load_default=None, validate=validate.Length(1, 32))
    loyalty_card = Code(allow_none=True, load_default=None, validate=validate.Length(1, 64))
    locale = fields.String(allow_none=True, load_default=None, validate=LOCALE)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CreateCustomer:
        return CreateCustomer(**data)


class NewCustomerNoteSchema(Schema):
    body = Line(required=True, validate=validate.Length(1, 2000))


class CustomerNoteSchema(Schema):
    body = fields.String(required=True)
    by = fields.String(required=True, metadata={"description": "staff or merchant"})
    created_at = fields.String(required=True)


class CustomerIdSchema(Schema):
    """The id only: a stored response holds no personal data."""

    id = fields.UUID(required=True)


class ConsentInputSchema(Schema):
    purpose = fields.String(required=True, validate=validate.OneOf(CONSENT_PURPOSES))
    contact_channel = fields.String(required=True, validate=validate.OneOf(CONTACT_CHANNELS))
    given = fields.Boolean(required=True)
    text_version = Code(
        required=True,
        validate=validate.Length(1, 40),
        metadata={"description": "Of the words that were shown"},
    )
    locale = fields.String(load_default=None, allow_none=True, validate=LOCALE)
    evidence = Code(
        load_default="",
        validate=Pattern(r"^[A-Za-z0-9:_-]{0,64}$"),
        metadata={"description": "A reference, such as the number of a form or call; no free text"},
    )


def statement(body: dict[str, Any], source: str) -> ConsentStatement:
    given = {name: body[name] for name in ConsentInputSchema._declared_fields}
    given["locale"] = given["locale"] or current_app.config["LOCALE"]
    return ConsentStatement(source=source, **given)


class ConsentSchema(Schema):
    purpose = fields.String(required=True, validate=validate.OneOf(CONSENT_PURPOSES))
    contact_channel = fields.String(required=True, validate=validate.OneOf(CONTACT_CHANNELS))
    status = fields.String(
        required=True, attribute="status", validate=validate.OneOf(["given", "withdrawn"])
    )
    source = fields.String(required=True, validate=validate.OneOf(CONSENT_SOURCES))
    text_version = fields.String(required=True)
    locale = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class ConsentListSchema(Schema):
    items = fields.List(fields.Nested(ConsentSchema), required=True)


class ErasureSchema(Schema):
    id = fields.UUID(required=True)


class DataExportSchema(Schema):
    exported_at = fields.AwareDateTime(required=True)
    tables = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict()),
        required=True,
        metadata={"description": "All that is held, by table"},
    )


class MergeRequestSchema(Schema):
    customer = fields.UUID(required=True, metadata={"description": "Who turned out to be the same"})
    reason = fields.String(load_default="confirmed", validate=validate.OneOf(MERGE_REASONS))


class CustomerMergeSchema(Schema):
    id = fields.UUID(required=True)
    merged_id = fields.UUID(required=True)
    into_id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(MERGE_REASONS))
    created_at = fields.AwareDateTime(required=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)


class CustomerMergeListSchema(Schema):
    items = fields.List(fields.Nested(CustomerMergeSchema), required=True)


class TimelineQuerySchema(PageSchema):
    channel = fields.String(
        load_default=None,
        validate=validate.OneOf(sorted({*SALES_CHANNELS, *CONTACT_CHANNELS})),
        metadata={"description": "A sales or contact channel"},
    )
    kind = fields.List(
        fields.String(validate=validate.OneOf(GROUPS)),
        load_default=list(GROUPS),
        metadata={"description": "What kinds begin with; left out: all"},
    )
    language = fields.String(
        validate=validate.OneOf(timeline_text.LANGUAGES),
        metadata={"description": "Left out: as Accept-Language asks, else English"},
    )


class TimelineEntrySchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    text = fields.String(required=True, metadata={"description": "In words, in the language asked"})
    actor = fields.String(required=True)
    channel = fields.String(required=True, allow_none=True)
    contact_channel = fields.String(required=True, allow_none=True)
    channel_name = fields.String(required=True)
    location = fields.String(required=True, allow_none=True)
    store = fields.String(required=True, allow_none=True)
    order = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True, metadata={"description": "Ids and amounts"})


class TimelinePageSchema(Schema):
    items = fields.List(fields.Nested(TimelineEntrySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def present_entry(entry: TimelineEntry, language: str) -> dict[str, Any]:
    channel = entry.contact_channel or entry.sales_channel
    return {
        **entry._asdict(),
        "at": entry.occurred_at,
        "text": timeline_text.text(entry, language),
        "actor": timeline_text.actor(entry, language),
        "channel": entry.sales_channel,
        "channel_name": timeline_text.name("channel", channel, language),
        "order": entry.number,
        "facts": entry.payload,
    }


def language(query: dict[str, Any]) -> str:
    """Return the language of the caller: as requested, else as the browser says, else English."""
    accepted = (wanted.partition("-")[0].lower() for wanted, _ in request.accept_languages)
    wanted = (query.get("language"), *accepted)
    return next((one for one in wanted if one in timeline_text.LANGUAGES), "en")
