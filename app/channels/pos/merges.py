"""Merges of customers at the counter."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.http import customer_schemas
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import DEVICE, allowed
from app.channels.http.responses import json_response, perform, read
from app.channels.pos.customer_schemas import (
    StaffMergePreviewSchema,
    StaffMergeRequestSchema,
    present_merge_preview,
)
from app.channels.pos.schemas import ApprovedRequestSchema
from app.core.customers import queries
from app.core.customers.merges import (
    MergeCustomers,
    MergePreview,
    PreviewMerge,
    UndoMerge,
    merge_customers,
    preview_merge,
    undo_merge,
)

blueprint = Blueprint(
    "pos-merges",
    __name__,
    url_prefix="/api/pos/v1/customers",
    description="Duplicate customers at a till",
)


@blueprint.route("/<uuid:customer_id>/merge-preview/<uuid:merged_id>")
@allowed(DEVICE, "customers.see")
@blueprint.operation("previewCustomerMerge")
@blueprint.response(200, StaffMergePreviewSchema)
def get_merge_preview(customer_id: UUID, merged_id: UUID) -> Response:
    """Return both customers and the merged customer. Nothing is changed."""
    command = PreviewMerge(customer_id, merged_id)
    return perform(preview_merge, command, StaffMergePreviewSchema, present=present_preview)


@blueprint.route("/<uuid:customer_id>/merges")
@allowed(DEVICE, "customers.see")
@blueprint.operation("listCustomerMerges")
@blueprint.response(200, customer_schemas.CustomerMergeListSchema)
def list_merges(customer_id: UUID) -> Response:
    """List the merges into a customer and which were undone, newest first."""
    return json_response(
        {"items": read(queries.list_merges, customer_id)}, customer_schemas.CustomerMergeListSchema
    )


@blueprint.route("/<uuid:customer_id>/merges", methods=["POST"])
@allowed(DEVICE, "customers.merge")
@blueprint.operation("mergeCustomers")
@blueprint.also_returns(429)
@blueprint.arguments(StaffMergeRequestSchema)
@blueprint.response(200, customer_schemas.CustomerIdSchema)
def post_merge(body: dict[str, Any], customer_id: UUID) -> Response:
    """Merge another customer into this one. The merge can be undone exactly."""
    command = MergeCustomers(customer_id, body["customer"], body["reason"])
    approval = body["approval"]
    return perform(
        merge_customers,
        command,
        customer_schemas.CustomerIdSchema,
        present=only_id,
        approval=approval,
    )


@blueprint.route("/<uuid:customer_id>/merges/<uuid:merge_id>/undo", methods=["POST"])
@allowed(DEVICE, "customers.merge")
@blueprint.operation("undoCustomerMerge")
@blueprint.also_returns(429)
@blueprint.arguments(ApprovedRequestSchema)
@blueprint.response(200, customer_schemas.CustomerIdSchema)
def post_undo(body: dict[str, Any], customer_id: UUID, merge_id: UUID) -> Response:
    """Undo a merge: both customers are as if they had never been merged."""
    command, approval = UndoMerge(customer_id, merge_id), body["approval"]
    return perform(
        undo_merge, command, customer_schemas.CustomerIdSchema, present=only_id, approval=approval
    )


def present_preview(_: Session, preview: MergePreview) -> dict[str, Any]:
    return present_merge_preview(preview)


def only_id(_: Session, customer_id: UUID) -> dict[str, UUID]:
    return {"id": customer_id}
