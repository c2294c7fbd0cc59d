"""The merchants' customers. Who looks at a person's data leaves an event with her."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.admin import customer_schemas as schemas
from app.channels.http import paging, people
from app.channels.http.answers import perform, read, show
from app.channels.http.blueprints import Blueprint
from app.channels.http.callers import MERCHANT, allowed
from app.channels.http.moments import moment
from app.core.customers import duplicates, queries
from app.core.customers.add_customer import AddCustomer, add_customer
from app.core.customers.add_note import AddNote, add_note
from app.core.customers.change_customer import ChangeCustomer, change_customer
from app.core.customers.find import FindCustomers, find
from app.core.customers.look_up import LookUp, look_up
from app.core.customers.merge import MergeCustomers, merge
from app.core.customers.preview_merge import PreviewMerge, preview_merge
from app.core.customers.undo_merge import UndoMerge, undo_merge
from app.core.orders.timeline import ViewTimeline, view_timeline

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
    """The newest first; or those who are known by an address, a number, a card."""
    if "by" in query:
        command = FindCustomers(query["by"], query["value"])
        return perform(find, command, schemas.CustomerPageSchema, show=one_page)
    after = paging.decode(query.get("cursor"), UUID)
    rows = read(queries.page, after and after[0], query["limit"] + 1)
    items = [dict(row._mapping) for row in rows]
    return show(paging.page(items, query["limit"], "id"), schemas.CustomerPageSchema)


@blueprint.route("", methods=["POST"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("createCustomer")
@blueprint.arguments(people.NewCustomerSchema)
@blueprint.response(201, people.CustomerIdSchema)
def post_customer(command: AddCustomer) -> Response:
    """Keep a person, with what she says that she is known by."""
    return perform(add_customer, command, people.CustomerIdSchema, 201, show=only_id)


@blueprint.route("/duplicates")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listDuplicateCustomers")
@blueprint.arguments(paging.PageSchema, location="query")
@blueprint.response(200, schemas.DuplicateSuggestionPageSchema)
def list_duplicates(query: dict[str, Any]) -> Response:
    """Pairs who may be one person, and why: to be looked at, and merged or not."""
    after = paging.decode(query.get("cursor"), UUID, UUID)
    found = read(duplicates.suggestions, after, query["limit"] + 1)
    return show(paging.page(found, query["limit"], "a", "b"), schemas.DuplicateSuggestionPageSchema)


@blueprint.route("/<uuid:customer_id>")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("getCustomer")
@blueprint.response(200, schemas.CustomerSchema)
def get_customer(customer_id: UUID) -> Response:
    """A person, with all that was merged into her."""
    return perform(look_up, LookUp(customer_id), schemas.CustomerSchema)


@blueprint.route("/<uuid:customer_id>", methods=["PATCH"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("updateCustomer")
@blueprint.arguments(schemas.CustomerUpdateSchema)
@blueprint.response(200, people.CustomerIdSchema)
def patch_customer(changes: dict[str, Any], customer_id: UUID) -> Response:
    """Change her group, tags or language. Only what is sent changes, and only in the row that is named."""
    command = ChangeCustomer(customer_id, changes)
    return perform(change_customer, command, people.CustomerIdSchema, show=only_id)


@blueprint.route("/<uuid:customer_id>/notes", methods=["POST"])
@allowed(MERCHANT, "customers.change")
@blueprint.operation("createCustomerNote")
@blueprint.arguments(people.NewCustomerNoteSchema)
@blueprint.response(201, people.CustomerIdSchema)
def post_note(body: dict[str, Any], customer_id: UUID) -> Response:
    """Tell the next one who serves her."""
    command = AddNote(customer_id, body["body"])
    return perform(add_note, command, people.CustomerIdSchema, 201, show=only_id)


@blueprint.route("/<uuid:customer_id>/duplicates")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listDuplicatesOfCustomer")
@blueprint.response(200, schemas.DuplicateSuggestionPageSchema)
def get_duplicates(customer_id: UUID) -> Response:
    """Who may be the same person, and why."""
    found = read(duplicates.of_customer, customer_id)
    return show({"items": found, "next_cursor": None}, schemas.DuplicateSuggestionPageSchema)


@blueprint.route("/<uuid:customer_id>/merge-preview/<uuid:merged_id>")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("previewCustomerMerge")
@blueprint.response(200, schemas.MergePreviewSchema)
def get_merge_preview(customer_id: UUID, merged_id: UUID) -> Response:
    """Both, and the one that they would be. Nothing is changed."""
    command = PreviewMerge(customer_id, merged_id)
    return perform(preview_merge, command, schemas.MergePreviewSchema)


@blueprint.route("/<uuid:customer_id>/merges")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("listCustomerMerges")
@blueprint.response(200, people.CustomerMergeListSchema)
def list_merges(customer_id: UUID) -> Response:
    """Who was merged into her, and what of it was undone; the newest first."""
    return show({"items": read(queries.merges, customer_id)}, people.CustomerMergeListSchema)


@blueprint.route("/<uuid:customer_id>/merges", methods=["POST"])
@allowed(MERCHANT, "customers.merge")
@blueprint.operation("mergeCustomers")
@blueprint.arguments(people.MergeRequestSchema)
@blueprint.response(200, people.CustomerIdSchema)
def post_merge(body: dict[str, Any], customer_id: UUID) -> Response:
    """Take another for the same person. It can be undone exactly."""
    command = MergeCustomers(customer_id, body["customer"], body["because"])
    return perform(merge, command, people.CustomerIdSchema, show=only_id)


@blueprint.route("/<uuid:customer_id>/merges/<uuid:merge_id>/undo", methods=["POST"])
@allowed(MERCHANT, "customers.merge")
@blueprint.operation("undoCustomerMerge")
@blueprint.response(200, people.CustomerIdSchema)
def post_undo(customer_id: UUID, merge_id: UUID) -> Response:
    """Take them for two again, as if they had never been one."""
    command = UndoMerge(customer_id, merge_id)
    return perform(undo_merge, command, people.CustomerIdSchema, show=only_id)


@blueprint.route("/<uuid:customer_id>/timeline")
@allowed(MERCHANT, "customers.see")
@blueprint.operation("getCustomerTimeline")
@blueprint.arguments(people.TimelineQuerySchema, location="query")
@blueprint.response(200, people.TimelinePageSchema)
def get_timeline(query: dict[str, Any], customer_id: UUID) -> Response:
    """All that happened to her, over all channels, the newest first."""
    after, limit = paging.decode(query.get("cursor"), moment, UUID), query["limit"]
    command = ViewTimeline(customer_id, limit + 1, after, query["channel"], query["kind"])

    def shown(_: Session, entries: list[dict[str, Any]]) -> dict[str, Any]:
        page = paging.page(entries, limit, "occurred_at", "id")
        spoken = people.language(query)
        return {**page, "items": [people.shown_entry(one, spoken) for one in page["items"]]}

    return perform(view_timeline, command, people.TimelinePageSchema, show=shown)


def only_id(_: Session, customer_id: UUID) -> dict[str, UUID]:
    return {"id": customer_id}


def one_page(_: Session, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": found, "next_cursor": None}
