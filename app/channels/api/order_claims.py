"""Guest orders that a customer claims for their account."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.channels.api.schemas.account import (
    ClaimableOrderListSchema,
    ClaimedOrdersSchema,
    OrderClaimSchema,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import SHOPPER, allowed
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shopper_auth import customer_id
from app.core.accounts.claim_guest_orders import ClaimOrders, claim_orders, claimable_orders
from app.core.ids import order_number

blueprint = Blueprint(
    "order-claims",
    __name__,
    url_prefix="/api/v1/account",
    description="Guest orders with an address of the customer",
)


@blueprint.route("/claimable-orders")
@allowed(SHOPPER)
@blueprint.operation("listClaimableOrders")
@blueprint.response(200, ClaimableOrderListSchema)
def get_claimable_orders() -> Response:
    """List the guest orders that were placed with a verified address of the customer, newest first. They belong to
    the account only after the customer has claimed them."""
    return json_response({"items": read(claimable_orders, customer_id())}, ClaimableOrderListSchema)


@blueprint.route("/claimed-orders", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("claimOrders")
@blueprint.arguments(OrderClaimSchema)
@blueprint.response(200, ClaimedOrdersSchema)
def post_claimed_orders(body: dict[str, Any]) -> Response:
    """Claim guest orders that the customer recognises. The response leaves out numbers that are not claimable."""
    numbers = [order_number(number) or number for number in body["orders"]]
    command = ClaimOrders(customer_id(), numbers)
    return perform(claim_orders, command, ClaimedOrdersSchema, present=present_claimed)


def present_claimed(_: Session, numbers: list[str]) -> dict[str, Any]:
    return {"orders": numbers}
