"""Who stands at the counter. A till finds a person only by something that she brings or says."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.http import paging, people
from app.channels.http.answers import perform
from app.channels.http.blueprints import Blueprint
from app.channels.http.callers import DEVICE, allowed, store
from app.channels.http.moments import moment
from app.channels.pos.customer_schemas import (
    CustomerMatchListSchema,
    StaffCustomerSchema,
    as_served,
    at_the_till,
)
from app.core.accounts.serve_customer import ServeCustomer, Served, serve_customer
from app.core.customers.add_customer import AddCustomer, add_customer
from app.core.customers.add_note import AddNote, add_note
from app.core.customers.find import FindCustomers, find
from app.core.orders.timeline import TILL_GROUPS, ViewTimeline, view_timeline

blueprint = Blueprint(
    "pos-customers", __name__, url_prefix="/api/pos/v1/customers", description="Customers at a till"
)

HIDDEN_ELSEWHERE = ("total", "paid", "amount")
"""What another store sold for how much is no business of this one."""


@blueprint.route("")
@allowed(DEVICE, "customers.see")
@blueprint.operation("findCustomers")
@blueprint.refuses(429)
@blueprint.arguments(people.CustomerQuerySchema, location="query")
@blueprint.response(200, CustomerMatchListSchema)
def get_customers(query: dict[str, Any]) -> Response:
    """Who is known by this address, number or card. That she was found is an event of hers."""
    command = FindCustomers(query["by"], query["value"])
    return perform(find, command, CustomerMatchListSchema, show=shown_found)


@blueprint.route("", methods=["POST"])
@allowed(DEVICE, "customers.change")
@blueprint.operation("createCustomer")
@blueprint.arguments(people.NewCustomerSchema)
@blueprint.response(201, people.CustomerIdSchema)
def post_customer(command: AddCustomer) -> Response:
    """Keep somebody who asks for it, with the card that she is given."""
    return perform(add_customer, command, people.CustomerIdSchema, 201, show=only_id)


@blueprint.route("/<uuid:customer_id>")
@allowed(DEVICE, "customers.see")
@blueprint.operation("getCustomer")
@blueprint.response(200, StaffCustomerSchema)
def get_customer(customer_id: UUID) -> Response:
    """Who was found, with her open cart and her last orders on every channel, to go on from there."""
    return perform(
        serve_customer, ServeCustomer(customer_id), StaffCustomerSchema, show=shown_served
    )


@blueprint.route("/<uuid:customer_id>/notes", methods=["POST"])
@allowed(DEVICE, "customers.change")
@blueprint.operation("createCustomerNote")
@blueprint.arguments(people.NewCustomerNoteSchema)
@blueprint.response(201, people.CustomerIdSchema)
def post_note(body: dict[str, Any], customer_id: UUID) -> Response:
    """Tell the next one who serves her."""
    command = AddNote(customer_id, body["body"])
    return perform(add_note, command, people.CustomerIdSchema, 201, show=only_id)


@blueprint.route("/<uuid:customer_id>/timeline")
@allowed(DEVICE, "customers.see")
@blueprint.operation("getCustomerTimeline")
@blueprint.arguments(people.TimelineQuerySchema, location="query")
@blueprint.response(200, people.TimelinePageSchema)
def get_timeline(query: dict[str, Any], customer_id: UUID) -> Response:
    """What she bought, collected and brought back, anywhere; amounts only of this store and of no store."""
    after, limit = paging.decode(query.get("cursor"), moment, UUID), query["limit"]
    groups = [group for group in TILL_GROUPS if group in query["kind"]]
    command = ViewTimeline(customer_id, limit + 1, after, query["channel"], groups)
    here = store()

    def shown(_: Session, entries: list[dict[str, Any]]) -> dict[str, Any]:
        page, spoken = paging.page(entries, limit, "occurred_at", "id"), people.language(query)
        items = [people.shown_entry(as_seen_from(one, here), spoken) for one in page["items"]]
        return {**page, "items": items}

    return perform(view_timeline, command, people.TimelinePageSchema, show=shown)


def as_seen_from(entry: dict[str, Any], location_id: UUID) -> dict[str, Any]:
    """An entry without its amounts, where it happened at another store."""
    if entry["location_id"] in (None, location_id):
        return entry
    facts = {name: v for name, v in entry["payload"].items() if name not in HIDDEN_ELSEWHERE}
    return {**entry, "payload": facts}


def shown_found(_: Session, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": [at_the_till(person) for person in found]}


def shown_served(_: Session, served: Served) -> dict[str, Any]:
    return as_served(served)


def only_id(_: Session, customer_id: UUID) -> dict[str, UUID]:
    return {"id": customer_id}
