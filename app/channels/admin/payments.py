"""Payments and refunds of orders for merchants, and the orders that need review."""

from typing import Any
from uuid import UUID

from flask import Response

from app.channels.admin import payment_schemas as schemas
from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.payment_schemas import RefundAmountSchema, RefundPlanSchema, present_plan
from app.channels.http.responses import json_response, perform, read
from app.core.payment_processing.back_office import queries
from app.core.payment_processing.back_office.manual_refund import ManualRefund, refund_manually
from app.core.payment_processing.back_office.refund_order import (
    RefundOrder,
    plan_refund,
    refund_order,
)
from app.core.payment_processing.back_office.request_payment import RequestPayment, request_payment
from app.core.payment_processing.back_office.resolve_review import ResolveReview, resolve_review
from app.core.payment_processing.back_office.retry_capture import RetryCapture, retry_capture

blueprint = Blueprint(
    "admin-payments",
    __name__,
    url_prefix="/api/admin/v1",
    description="Payments and refunds of orders",
)


@blueprint.route("/order-reviews")
@allowed(MERCHANT, "money.see")
@blueprint.operation("listOrdersNeedingReview")
@blueprint.arguments(paging.PageSchema, location="query")
@blueprint.response(200, schemas.OrderNeedingReviewPageSchema)
def list_order_reviews(query: dict[str, Any]) -> Response:
    """List the orders that need review, with the reason, oldest first."""
    after = paging.decode(query.get("cursor"), paging.moment, UUID)
    found = read(queries.needing_review, after, query["limit"] + 1)
    return json_response(
        paging.page(found, query["limit"], "placed_at", "id"), schemas.OrderNeedingReviewPageSchema
    )


@blueprint.route("/orders/<number>/payments")
@allowed(MERCHANT, "money.see")
@blueprint.operation("getOrderPayments")
@blueprint.response(200, schemas.OrderPaymentsSchema)
def get_payments(number: str) -> Response:
    """Return the payments of an order with their events, the calls to the payment provider, and the refunds."""
    return json_response(read(queries.money_of, number), schemas.OrderPaymentsSchema)


@blueprint.route("/orders/<number>/refund-plan", methods=["POST"])
@allowed(MERCHANT, "money.refund")
@blueprint.operation("planRefund")
@blueprint.no_idempotency
@blueprint.arguments(RefundAmountSchema)
@blueprint.response(200, RefundPlanSchema)
def post_refund_plan(body: dict[str, Any], number: str) -> Response:
    """Return which payments a refund would go to. No money moves; cash is refunded at a till only."""
    command = RefundOrder(number, body["amount"], "")
    return perform(plan_refund, command, RefundPlanSchema, present=present_plan)


@blueprint.route("/orders/<number>/refunds", methods=["POST"])
@allowed(MERCHANT, "money.refund")
@blueprint.operation("refundOrder")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.TargetedRefundRequestSchema)
@blueprint.response(201, RefundPlanSchema)
def post_refund(body: dict[str, Any], number: str) -> Response:
    """Refund to the original payments, or, with a reason, to those that the request names."""
    command = RefundOrder(number, **body)
    return perform(refund_order, command, RefundPlanSchema, 201, present=present_plan)


@blueprint.route("/orders/<number>/manual-refunds", methods=["POST"])
@allowed(MERCHANT, "money.refund")
@blueprint.operation("refundManually")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.ManualRefundRequestSchema)
@blueprint.response(200, schemas.OrderPaymentsSchema)
def post_manual_refund(body: dict[str, Any], number: str) -> Response:
    """Refund what no payment could take as store credit, or record that a bank transfer did."""
    command = ManualRefund(number, body["refund_method"])
    return perform(
        refund_manually,
        command,
        schemas.OrderPaymentsSchema,
        present=lambda session, _: queries.money_of(session, number),
    )


@blueprint.route("/orders/<number>/captures", methods=["POST"])
@allowed(MERCHANT, "money.refund")
@blueprint.operation("retryCapture")
@blueprint.requires_idempotency_key
@blueprint.response(200, schemas.OrderPaymentsSchema)
def post_capture(number: str) -> Response:
    """Retry a declined capture."""
    return perform(
        retry_capture, RetryCapture(number), schemas.OrderPaymentsSchema, present=queries.money_of
    )


@blueprint.route("/orders/<number>/payment-requests", methods=["POST"])
@allowed(MERCHANT, "money.refund")
@blueprint.operation("requestPayment")
@blueprint.requires_idempotency_key
@blueprint.response(200, schemas.OrderPaymentsSchema)
def post_payment_request(number: str) -> Response:
    """Release what could not be captured, and ask the customer by message to pay on the order page."""
    return perform(
        request_payment,
        RequestPayment(number),
        schemas.OrderPaymentsSchema,
        present=queries.money_of,
    )


@blueprint.route("/orders/<number>/resolve", methods=["POST"])
@allowed(MERCHANT, "money.refund")
@blueprint.operation("resolveOrderReview")
@blueprint.arguments(schemas.ReviewResolutionSchema)
@blueprint.response(200, schemas.OrderPaymentsSchema)
def post_resolution(body: dict[str, Any], number: str) -> Response:
    """End the review of an order, after its money is right or written off."""
    command = ResolveReview(number, **body)
    return perform(resolve_review, command, schemas.OrderPaymentsSchema, present=queries.money_of)
