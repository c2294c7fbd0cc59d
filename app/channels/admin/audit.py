"""The audit log."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.fields import Code
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.paging import PageSchema
from app.channels.http.responses import json_response, read
from app.channels.http.shop_settings import event_registry
from app.core.access.models import SALES_CHANNELS
from app.core.event_kinds import SUBJECTS
from app.core.orders import audit_log
from app.core.orders.audit_log import ABOUT, OVERRIDE, AuditSearch

blueprint = Blueprint(
    "admin-audit", __name__, url_prefix="/api/admin/v1", description="The audit log"
)


class AuditSearchSchema(PageSchema):
    about = fields.String(
        validate=validate.OneOf(ABOUT),
        metadata={"description": "override: what a manager approved"},
    )
    actor = fields.UUID(metadata={"description": "Of staff, a user, a key or a device"})
    device = fields.UUID()
    location = Code(validate=validate.Length(1, 64), metadata={"description": "Its code"})
    order = Code(validate=validate.Length(1, 32), metadata={"description": "Its number"})


class AuditEntrySchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    actor_kind = fields.String(required=True)
    actor_id = fields.UUID(required=True, allow_none=True)
    actor_role = fields.String(required=True, allow_none=True)
    sales_channel = fields.String(
        required=True, validate=validate.OneOf(SALES_CHANNELS), allow_none=True
    )
    location = fields.String(required=True, allow_none=True)
    device_id = fields.UUID(required=True, allow_none=True)
    client_id = fields.UUID(required=True, allow_none=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    order = fields.String(required=True, allow_none=True)
    approved_by = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    changes = fields.Dict(
        required=True, metadata={"description": "Before and after, as ids and amounts"}
    )
    position = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: not sealed yet"}
    )


class AuditEntryPageSchema(Schema):
    items = fields.List(fields.Nested(AuditEntrySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.route("/audit")
@allowed(MERCHANT, "audit.see")
@blueprint.operation("listAuditEntries")
@blueprint.arguments(AuditSearchSchema, location="query")
@blueprint.response(200, AuditEntryPageSchema)
def list_entries(query: dict[str, Any]) -> Response:
    """List who changed money, stock, prices, permissions or customers, newest first."""
    before = paging.decode(query.pop("cursor", None), UUID)
    limit = query.pop("limit")
    about = query.pop("about", None)
    kinds = event_registry().about(about) if about in SUBJECTS else event_registry().audited()
    search = AuditSearch(limit + 1, kinds, about == OVERRIDE, before=before and before[0], **query)
    return json_response(
        paging.page(read(audit_log.list_entries, search), limit, "id"), AuditEntryPageSchema
    )
