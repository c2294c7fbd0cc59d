"""Work of a store: pick, make ready, hand over, restock, count. A device sees its own store only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import DEVICE, allowed, store
from app.channels.http.metrics import note_order
from app.channels.http.responses import json_response, perform, read
from app.channels.pos import schemas
from app.core.fulfilment import task_queries
from app.core.fulfilment.hand_over import HandOver, hand_over
from app.core.fulfilment.mark_ready import MarkReady, mark_ready
from app.core.fulfilment.pick import Pick, pick
from app.core.fulfilment.reinstate import Reinstate, reinstate
from app.core.fulfilment.restock import Restock, restock
from app.core.inventory.stock_count import RecordCount, record_count
from app.core.orders.order_details import OrderDetails, order_details_at
from app.core.orders.view_order import ViewOrder, view_order
from app.core.quantities import Quantities

blueprint = Blueprint(
    "pos-orders",
    __name__,
    url_prefix="/api/pos/v1",
    description="Tasks, orders and stock counts of a store",
)


@blueprint.route("/tasks")
@allowed(DEVICE, "tasks.see")
@blueprint.operation("listTasks")
@blueprint.arguments(schemas.TaskQuerySchema, location="query")
@blueprint.response(200, schemas.TaskPageSchema)
def get_tasks(query: dict[str, Any]) -> Response:
    """List the tasks: arrived shoppers first, then by promised time."""
    after = paging.decode(query.get("cursor"), bool, paging.moment, UUID)
    found = read(task_queries.fulfilment_tasks, store(), query["kind"], after, query["limit"] + 1)
    page = paging.page(found, query["limit"], "waiting", "due_at", "id")
    return json_response(page, schemas.TaskPageSchema)


@blueprint.route("/counts")
@allowed(DEVICE, "tasks.see")
@blueprint.operation("listCountTasks")
@blueprint.response(200, schemas.CountTaskListSchema)
def get_counts() -> Response:
    """List the items to count: a pick found less than expected, or a count is in doubt."""
    return json_response(
        {"items": read(task_queries.count_tasks, store(), 100)}, schemas.CountTaskListSchema
    )


@blueprint.route("/counts", methods=["POST"])
@allowed(DEVICE, "stock.count")
@blueprint.operation("recordCounts")
@blueprint.requires_idempotency_key
@blueprint.also_returns(404, 429)
@blueprint.arguments(schemas.StockCountSchema)
@blueprint.response(200, schemas.StockCountResultSchema)
def post_counts(body: dict[str, Any]) -> Response:
    """Record a count. It includes the units on the pickup shelf."""
    command = RecordCount(store(), counted(body["lines"]))
    return perform(record_count, command, schemas.StockCountResultSchema, approval=body["approval"])


@blueprint.route("/orders/<number>")
@allowed(DEVICE, "orders.see")
@blueprint.operation("getOrder")
@blueprint.response(200, schemas.StaffOrderSchema)
def get_order(number: str) -> Response:
    """Return an order of this store. A view of the pickup person is recorded."""
    return perform(view_order, ViewOrder(number, store()), schemas.StaffOrderSchema)


@blueprint.route("/fulfilments/<uuid:fulfilment_id>/picks", methods=["POST"])
@allowed(DEVICE, "orders.pick")
@blueprint.operation("recordPicks")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.PicksSchema)
@blueprint.response(200, schemas.StaffOrderSchema)
def post_picks(body: dict[str, Any], fulfilment_id: UUID) -> Response:
    """Record the units that staff took from the shelf, and those that are missing."""
    command = Pick(fulfilment_id, store(), scanned(body["lines"]), tuple(body["short"]))
    return perform(pick, command, schemas.StaffOrderSchema, present=present_order)


@blueprint.route("/fulfilments/<uuid:fulfilment_id>/ready", methods=["POST"])
@allowed(DEVICE, "orders.pick")
@blueprint.operation("markReady")
@blueprint.response(200, schemas.StaffOrderSchema)
def post_ready(fulfilment_id: UUID) -> Response:
    """Mark the order ready on the pickup shelf, and notify the shopper."""
    command = MarkReady(fulfilment_id, store())
    return perform(mark_ready, command, schemas.StaffOrderSchema, present=present_order)


@blueprint.route("/orders/<number>/hand-over", methods=["POST"])
@allowed(DEVICE, "orders.hand_over")
@blueprint.operation("handOver")
@blueprint.requires_idempotency_key
@blueprint.also_returns(403, 429)
@blueprint.arguments(schemas.HandOverRequestSchema)
@blueprint.response(200, schemas.HandOverResultSchema)
def post_hand_over(body: dict[str, Any], number: str) -> Response:
    """Hand over against the shopper's code and the outstanding amount."""
    body["payments"] = tuple(body["payments"])
    command = HandOver(number=number, location_id=store(), **body)
    return perform(hand_over, command, schemas.HandOverResultSchema)


@blueprint.route("/fulfilments/<uuid:fulfilment_id>/restock", methods=["POST"])
@allowed(DEVICE, "orders.restock")
@blueprint.operation("restock")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.RestockSchema)
@blueprint.response(200, schemas.StaffOrderSchema)
def post_restock(body: dict[str, Any], fulfilment_id: UUID) -> Response:
    """Put goods of an order that ended back into stock."""
    lines = scanned(body["lines"]) if "lines" in body else None
    command = Restock(fulfilment_id, store(), lines)
    return perform(restock, command, schemas.StaffOrderSchema, present=present_order)


@blueprint.route("/fulfilments/<uuid:fulfilment_id>/reinstate", methods=["POST"])
@allowed(DEVICE, "orders.reinstate")
@blueprint.operation("reinstateFulfilment")
@blueprint.also_returns(429)
@blueprint.arguments(schemas.ApprovedRequestSchema)
@blueprint.response(200, schemas.StaffOrderSchema)
def post_reinstate(body: dict[str, Any], fulfilment_id: UUID) -> Response:
    """Reinstate an expired order whose customer came late and whose goods are still there."""
    return perform(
        reinstate,
        Reinstate(fulfilment_id, store()),
        schemas.StaffOrderSchema,
        present=present_order,
        approval=body["approval"],
    )


def present_order(session: Session, number: str) -> OrderDetails:
    """Return the order as staff see it. The shopper's code is not even derived."""
    note_order(number)
    return order_details_at(session, number, store())


def scanned(lines: Sequence[dict[str, Any]]) -> Quantities:
    return Quantities.of((line["sku"], line["quantity"]) for line in lines)


def counted(lines: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return the counted units by SKU, which may be 0. A SKU in two lines adds up."""
    total: dict[str, int] = {}
    for line in lines:
        total[line["sku"]] = total.get(line["sku"], 0) + line["quantity"]
    return total
