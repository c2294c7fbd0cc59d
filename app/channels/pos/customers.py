"""Customers at the counter. A till finds a customer only by an identity that they present or state."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.http import customer_schemas, paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import DEVICE, allowed, store
from app.channels.http.responses import perform
from app.channels.http.shop_settings import event_registry
from app.channels.pos.customer_schemas import (
    CustomerMatchListSchema,
    StaffCustomerSchema,
    present_match,
    present_served_customer,
)
from app.core.accounts.customer_at_counter import (
    CustomerAtCounter,
    ViewCustomerAtCounter,
    view_customer_at_counter,
)
from app.core.customers.customers import AddNote, CreateCustomer, add_note, create_customer
from app.core.customers.queries import CustomerDetail
from app.core.customers.search import SearchCustomers, search_customers
from app.core.orders.timeline import TILL_GROUPS, TimelineEntry, ViewTimeline, view_timeline

blueprint = Blueprint(
    "pos-customers", __name__, url_prefix="/api/pos/v1/customers", description="Customers at a till"
)

HIDDEN_ELSEWHERE = ("total", "paid", "amount")
"""What another store sold for how much is no business of this one."""


@blueprint.route("")
@allowed(DEVICE, "customers.see")
@blueprint.operation("findCustomers")
@blueprint.also_returns(429)
@blueprint.arguments(customer_schemas.CustomerQuerySchema, location="query")
@blueprint.response(200, CustomerMatchListSchema)
def get_customers(query: dict[str, Any]) -> Response:
    """Find a customer by address, number or card. The search is recorded as an event of the customer."""
    command = SearchCustomers(query["by"], query["value"])
    return perform(search_customers, command, CustomerMatchListSchema, present=present_matches)


@blueprint.route("", methods=["POST"])
@allowed(DEVICE, "customers.change")
@blueprint.operation("createCustomer")
@blueprint.arguments(customer_schemas.NewCustomerSchema)
@blueprint.response(201, customer_schemas.CustomerIdSchema)
def post_customer(command: CreateCustomer) -> Response:
    """Create a customer on request, with the loyalty card that they receive."""
    return perform(
        create_customer, command, customer_schemas.CustomerIdSchema, 201, present=only_id
    )


@blueprint.route("/<uuid:customer_id>")
@allowed(DEVICE, "customers.see")
@blueprint.operation("getCustomer")
@blueprint.response(200, StaffCustomerSchema)
def get_customer(customer_id: UUID) -> Response:
    """Return the customer found, with their open cart and latest orders on every channel."""
    return perform(
        view_customer_at_counter,
        ViewCustomerAtCounter(customer_id),
        StaffCustomerSchema,
        present=present_customer,
    )


@blueprint.route("/<uuid:customer_id>/notes", methods=["POST"])
@allowed(DEVICE, "customers.change")
@blueprint.operation("createCustomerNote")
@blueprint.arguments(customer_schemas.NewCustomerNoteSchema)
@blueprint.response(201, customer_schemas.CustomerIdSchema)
def post_note(body: dict[str, Any], customer_id: UUID) -> Response:
    """Add a note for the staff who next serve the customer."""
    command = AddNote(customer_id, body["body"])
    return perform(add_note, command, customer_schemas.CustomerIdSchema, 201, present=only_id)


@blueprint.route("/<uuid:customer_id>/timeline")
@allowed(DEVICE, "customers.see")
@blueprint.operation("getCustomerTimeline")
@blueprint.arguments(customer_schemas.TimelineQuerySchema, location="query")
@blueprint.response(200, customer_schemas.TimelinePageSchema)
def get_timeline(query: dict[str, Any], customer_id: UUID) -> Response:
    """List what the customer bought, collected and returned at any store; amounts only of this store and of orders
    without a store."""
    after, limit = paging.decode(query.get("cursor"), paging.moment, UUID), query["limit"]
    kinds = event_registry().visible_to("staff", {*TILL_GROUPS} & {*query["kind"]})
    command = ViewTimeline(customer_id, limit + 1, kinds, after, query["channel"])
    here = store()

    def present(_: Session, entries: list[TimelineEntry]) -> dict[str, Any]:
        page = paging.page(entries, limit, "occurred_at", "id")
        spoken = customer_schemas.language(query)
        items = [
            customer_schemas.present_entry(at_location(one, here), spoken) for one in page["items"]
        ]
        return {**page, "items": items}

    return perform(view_timeline, command, customer_schemas.TimelinePageSchema, present=present)


def at_location(entry: TimelineEntry, location_id: UUID) -> TimelineEntry:
    """Return the entry, without its amounts if it happened at another store."""
    if entry.location_id in (None, location_id):
        return entry
    facts = {name: v for name, v in entry.payload.items() if name not in HIDDEN_ELSEWHERE}
    return entry._replace(payload=facts)


def present_matches(_: Session, found: Sequence[CustomerDetail]) -> dict[str, Any]:
    return {"items": [present_match(person) for person in found]}


def present_customer(_: Session, served: CustomerAtCounter) -> dict[str, Any]:
    return present_served_customer(served)


def only_id(_: Session, customer_id: UUID) -> dict[str, UUID]:
    return {"id": customer_id}
