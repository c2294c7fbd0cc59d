"""Customers for merchants. Each view of a customer's data records an event of that customer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.admin import customer_schemas as schemas
from app.channels.http import customer_schemas, paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import event_registry
from app.core.customers import duplicates, queries
from app.core.customers.customers import (
    AddNote,
    CreateCustomer,
    CustomerChanges,
    UpdateCustomer,
    ViewCustomer,
    add_note,
    create_customer,
    update_customer,
    view_customer,
)
from app.core.customers.merges import (
    MergeCustomers,
    PreviewMerge,
    UndoMerge,
    merge_customers,
    preview_merge,
    undo_merge,
)
from app.core.customers.queries import CustomerDetail
from app.core.customers.search import SearchCustomers, search_customers
from app.core.orders.timeline import TimelineEntry, ViewTimeline, view_timeline

blueprint = Blueprint(
    "admin-customers",
    __name__,
    url_prefix="/api/admin/v1/customers",
    description="Customers and duplicates",
)


@blueprint.route("")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listCustomers")
@blueprint.arguments(schemas.CustomerSearchSchema, location="query")
@blueprint.response(200, schemas.CustomerPageSchema)
def list_customers(query: dict[str, Any]) -> Response:
    """List customers, newest first, or those with a given address, number or card."""
    if "by" in query:
        command = SearchCustomers(query["by"], query["value"])
        return perform(search_customers, command, schemas.CustomerPageSchema, present=one_page)
    after = paging.decode(query.get("cursor"), UUID)
    found = read(queries.list_customers, after and after[0], query["limit"] + 1)
    return json_response(paging.page(found, query["limit"], "id"), schemas.CustomerPageSchema)


@blueprint.route("", methods=["POST"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("createCustomer")
@blueprint.arguments(customer_schemas.NewCustomerSchema)
@blueprint.response(201, customer_schemas.CustomerIdSchema)
def post_customer(command: CreateCustomer) -> Response:
    """Create a customer with the identities that they state."""
    return perform(
        create_customer, command, customer_schemas.CustomerIdSchema, 201, present=only_id
    )


@blueprint.route("/duplicates")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listDuplicateCustomers")
@blueprint.arguments(paging.PageSchema, location="query")
@blueprint.response(200, schemas.DuplicateSuggestionPageSchema)
def list_duplicates(query: dict[str, Any]) -> Response:
    """List pairs of customers who may be the same person, with the reason."""
    after = paging.decode(query.get("cursor"), UUID, UUID)
    found = read(duplicates.list_duplicates, after, query["limit"] + 1)
    return json_response(
        paging.page(found, query["limit"], "a", "b"), schemas.DuplicateSuggestionPageSchema
    )


@blueprint.route("/<uuid:customer_id>")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("getCustomer")
@blueprint.response(200, schemas.CustomerSchema)
def get_customer(customer_id: UUID) -> Response:
    """Return a customer, with all customers that were merged into them."""
    return perform(view_customer, ViewCustomer(customer_id), schemas.CustomerSchema)


@blueprint.route("/<uuid:customer_id>", methods=["PATCH"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("updateCustomer")
@blueprint.arguments(schemas.CustomerUpdateSchema)
@blueprint.response(200, customer_schemas.CustomerIdSchema)
def patch_customer(changes: CustomerChanges, customer_id: UUID) -> Response:
    """Change the group, tags or language. Only the fields sent change, and only in the row that the path names."""
    command = UpdateCustomer(customer_id, changes)
    return perform(update_customer, command, customer_schemas.CustomerIdSchema, present=only_id)


@blueprint.route("/<uuid:customer_id>/notes", methods=["POST"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("createCustomerNote")
@blueprint.arguments(customer_schemas.NewCustomerNoteSchema)
@blueprint.response(201, customer_schemas.CustomerIdSchema)
def post_note(body: dict[str, Any], customer_id: UUID) -> Response:
    """Add a note for the staff who next serve the customer."""
    command = AddNote(customer_id, body["body"])
    return perform(add_note, command, customer_schemas.CustomerIdSchema, 201, present=only_id)


@blueprint.route("/<uuid:customer_id>/duplicates")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listDuplicatesOfCustomer")
@blueprint.response(200, schemas.DuplicateSuggestionPageSchema)
def get_duplicates(customer_id: UUID) -> Response:
    """List the customers who may be the same person, with the reason."""
    found = read(duplicates.duplicates_of, customer_id)
    return json_response(
        {"items": found, "next_cursor": None}, schemas.DuplicateSuggestionPageSchema
    )


@blueprint.route("/<uuid:customer_id>/merge-preview/<uuid:merged_id>")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("previewCustomerMerge")
@blueprint.response(200, schemas.MergePreviewSchema)
def get_merge_preview(customer_id: UUID, merged_id: UUID) -> Response:
    """Return both customers and the merged customer. Nothing is changed."""
    command = PreviewMerge(customer_id, merged_id)
    return perform(preview_merge, command, schemas.MergePreviewSchema)


@blueprint.route("/<uuid:customer_id>/merges")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listCustomerMerges")
@blueprint.response(200, customer_schemas.CustomerMergeListSchema)
def list_merges(customer_id: UUID) -> Response:
    """List the merges into a customer and which were undone, newest first."""
    return json_response(
        {"items": read(queries.list_merges, customer_id)}, customer_schemas.CustomerMergeListSchema
    )


@blueprint.route("/<uuid:customer_id>/merges", methods=["POST"])
@allowed(MERCHANT, "customers.merge")
@blueprint.operation("mergeCustomers")
@blueprint.arguments(customer_schemas.MergeRequestSchema)
@blueprint.response(200, customer_schemas.CustomerIdSchema)
def post_merge(body: dict[str, Any], customer_id: UUID) -> Response:
    """Merge another customer into this one. The merge can be undone exactly."""
    command = MergeCustomers(customer_id, body["customer"], body["reason"])
    return perform(merge_customers, command, customer_schemas.CustomerIdSchema, present=only_id)


@blueprint.route("/<uuid:customer_id>/merges/<uuid:merge_id>/undo", methods=["POST"])
@allowed(MERCHANT, "customers.merge")
@blueprint.operation("undoCustomerMerge")
@blueprint.response(200, customer_schemas.CustomerIdSchema)
def post_undo(customer_id: UUID, merge_id: UUID) -> Response:
    """Undo a merge: both customers are as if they had never been merged."""
    command = UndoMerge(customer_id, merge_id)
    return perform(undo_merge, command, customer_schemas.CustomerIdSchema, present=only_id)


@blueprint.route("/<uuid:customer_id>/timeline")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("getCustomerTimeline")
@blueprint.arguments(customer_schemas.TimelineQuerySchema, location="query")
@blueprint.response(200, customer_schemas.TimelinePageSchema)
def get_timeline(query: dict[str, Any], customer_id: UUID) -> Response:
    """List the timeline of a customer over all channels, newest first."""
    after, limit = paging.decode(query.get("cursor"), paging.moment, UUID), query["limit"]
    kinds = event_registry().visible_to("merchant", query["kind"])
    command = ViewTimeline(customer_id, limit + 1, kinds, after, query["channel"])

    def present(_: Session, entries: list[TimelineEntry]) -> dict[str, Any]:
        page = paging.page(entries, limit, "occurred_at", "id")
        spoken = customer_schemas.language(query)
        return {
            **page,
            "items": [customer_schemas.present_entry(one, spoken) for one in page["items"]],
        }

    return perform(view_timeline, command, customer_schemas.TimelinePageSchema, present=present)


def only_id(_: Session, customer_id: UUID) -> dict[str, UUID]:
    return {"id": customer_id}


def one_page(_: Session, found: Sequence[CustomerDetail]) -> dict[str, Any]:
    return {"items": found, "next_cursor": None}
