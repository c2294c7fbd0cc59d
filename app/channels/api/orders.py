"""Orders for shoppers, by the order's own token."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.channels.api.schemas.orders import OrderEventPageSchema, OrderSchema
from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ORDER, allowed
from app.channels.http.metrics import note_order
from app.channels.http.paging import PageSchema
from app.channels.http.quotes import PriceBreakdownSchema
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import event_registry
from app.core.fulfilment.arrive import Arrive, arrive
from app.core.fulfilment.cancel import CancelOrder, cancel
from app.core.orders import queries
from app.core.orders.order_details import OrderDetails, order_details

blueprint = Blueprint(
    "orders", __name__, url_prefix="/api/v1/orders", description="Orders of shoppers"
)


@blueprint.route("/<number>")
@allowed(ORDER)
@blueprint.operation("getOrder")
@blueprint.response(200, OrderSchema)
def get_order(number: str) -> Response:
    """Return the order."""
    secrets = current_app.extensions["ports"].secrets
    return json_response(read(order_details, secrets, number), OrderSchema)


@blueprint.route("/<number>/price-breakdown")
@allowed(ORDER)
@blueprint.operation("explainOrderPrice")
@blueprint.response(200, PriceBreakdownSchema)
def get_order_explanation(number: str) -> Response:
    """Explain the price in words, computed again from the facts that were frozen when the order was placed."""
    return json_response(read(queries.explain_price, number), PriceBreakdownSchema)


@blueprint.route("/<number>/cancel", methods=["POST"])
@allowed(ORDER)
@blueprint.operation("cancelOrder")
@blueprint.response(200, OrderSchema)
def post_cancel(number: str) -> Response:
    """Cancel the order, unless it is collected."""
    return perform(cancel, CancelOrder(number), OrderSchema, present=present_order)


@blueprint.route("/<number>/arrived", methods=["POST"])
@allowed(ORDER)
@blueprint.operation("announceArrival")
@blueprint.response(200, OrderSchema)
def post_arrived(number: str) -> Response:
    """Tell the store that the shopper has arrived: the order goes to the top of the store's list."""
    return perform(arrive, Arrive(number), OrderSchema, present=present_order)


@blueprint.route("/<number>/events")
@allowed(ORDER)
@blueprint.operation("listOrderEvents")
@blueprint.arguments(PageSchema, location="query")
@blueprint.response(200, OrderEventPageSchema)
def get_events(query: dict[str, Any], number: str) -> Response:
    """List the events of the order, oldest first. The live process streams them: GET /live/orders/{number}."""
    after = paging.decode(query.get("cursor"), UUID)
    found = read(
        queries.events,
        number,
        event_registry().visible_to("shopper"),
        after and after[0],
        query["limit"] + 1,
    )
    return json_response(paging.page(found, query["limit"], "id"), OrderEventPageSchema)


def present_order(session: Session, number: str) -> OrderDetails:
    note_order(number)
    return order_details(session, current_app.extensions["ports"].secrets, number)
