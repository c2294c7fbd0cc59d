"""Payments at the counter: card readers, refunds, gift cards, the drawer."""

from dataclasses import asdict
from typing import Any

from flask import Response, current_app

from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import DEVICE, actor, allowed, store
from app.channels.http.metrics import note_order
from app.channels.http.payment_schemas import (
    GiftCardBalanceSchema,
    GiftCardCredentialsSchema,
    RefundAmountSchema,
    RefundPlanSchema,
    present_plan,
)
from app.channels.http.responses import json_response, perform, read
from app.channels.pos import payment_schemas as schemas
from app.channels.pos.schemas import ApprovedRequestSchema
from app.core.errors import NotFound
from app.core.payment_processing.back_office.manual_refund import ManualRefund, refund_manually
from app.core.payment_processing.back_office.refund_order import (
    RefundOrder,
    plan_refund,
    refund_order,
)
from app.core.payment_processing.begin_payment import BeginPayment
from app.core.payment_processing.open_payment import open_payment
from app.core.payments.drawer import queries as drawers
from app.core.payments.drawer.shifts import (
    CloseShift,
    MoveCash,
    OpenShift,
    close_shift,
    move_cash,
    open_shift,
)
from app.core.payments.stored_value.verify_gift_card import GiftCardCredentials, check_balance

blueprint = Blueprint(
    "pos-payments",
    __name__,
    url_prefix="/api/pos/v1",
    description="Card readers, refunds, gift cards and the cash drawer",
)


@blueprint.route("/orders/<number>/payments", methods=["POST"])
@allowed(DEVICE, "orders.hand_over")
@blueprint.operation("startReaderPayment")
@blueprint.no_idempotency
@blueprint.arguments(schemas.ReaderPaymentSchema)
@blueprint.response(200, schemas.ReaderPaymentSessionSchema)
def post_payment(body: dict[str, Any], number: str) -> Response:
    """Let a card reader ask for the outstanding amount.

    Repeat the call to see whether a card was presented: it is the same payment session, and the hand-over captures
    its payment.
    """
    note_order(number)
    command = BeginPayment(number, "reader", body["reader"], store())
    opened = open_payment(current_app.extensions["runner"], command, actor())
    return json_response(asdict(opened), schemas.ReaderPaymentSessionSchema)


@blueprint.route("/orders/<number>/refund-plan", methods=["POST"])
@allowed(DEVICE, "orders.see")
@blueprint.operation("planRefund")
@blueprint.no_idempotency
@blueprint.arguments(RefundAmountSchema)
@blueprint.response(200, RefundPlanSchema)
def post_refund_plan(body: dict[str, Any], number: str) -> Response:
    """Return which payments a refund would go to. No money moves."""
    command = RefundOrder(number, body["amount"], "", store())
    return perform(plan_refund, command, RefundPlanSchema, present=present_plan)


@blueprint.route("/orders/<number>/refunds", methods=["POST"])
@allowed(DEVICE, "orders.refund")
@blueprint.operation("refundOrder")
@blueprint.requires_idempotency_key
@blueprint.also_returns(429)
@blueprint.arguments(schemas.RefundRequestSchema)
@blueprint.response(201, RefundPlanSchema)
def post_refund(body: dict[str, Any], number: str) -> Response:
    """Refund to the original payments; cash comes from this till's drawer."""
    command = RefundOrder(number, body["amount"], body["reason"], store())
    return perform(
        refund_order,
        command,
        RefundPlanSchema,
        201,
        present=present_plan,
        approval=body["approval"],
    )


@blueprint.route("/orders/<number>/manual-refunds", methods=["POST"])
@allowed(DEVICE, "orders.refund")
@blueprint.operation("refundManually")
@blueprint.requires_idempotency_key
@blueprint.also_returns(429)
@blueprint.arguments(ApprovedRequestSchema)
@blueprint.response(200, schemas.ManualRefundSchema)
def post_manual_refund(body: dict[str, Any], number: str) -> Response:
    """Refund in cash what no payment could take, from this till's drawer."""
    command = ManualRefund(number, "cash", store())
    return perform(refund_manually, command, schemas.ManualRefundSchema, approval=body["approval"])


@blueprint.route("/gift-cards/balance", methods=["POST"])
@allowed(DEVICE, "orders.hand_over")
@blueprint.operation("getGiftCardBalance")
@blueprint.no_idempotency
@blueprint.also_returns(429)
@blueprint.arguments(GiftCardCredentialsSchema)
@blueprint.response(200, GiftCardBalanceSchema)
def post_balance(card: GiftCardCredentials) -> Response:
    """Return the balance of a gift card by its code and PIN."""
    return perform(check_balance, card, GiftCardBalanceSchema)


@blueprint.route("/shifts", methods=["POST"])
@allowed(DEVICE, "drawer.use")
@blueprint.operation("openShift")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.OpenShiftRequestSchema)
@blueprint.response(201, schemas.ShiftSchema)
def post_shift(body: dict[str, Any]) -> Response:
    """Open a shift with an opening float in the drawer."""
    command = OpenShift(body["opening_float"], current_app.config["CURRENCIES"][0])
    return perform(open_shift, command, schemas.ShiftSchema, 201, present=drawers.present_shift)


@blueprint.route("/shifts/current")
@allowed(DEVICE, "drawer.use")
@blueprint.operation("getCurrentShift")
@blueprint.also_returns(404)
@blueprint.response(200, schemas.ShiftSchema)
def get_shift() -> Response:
    """Return the open shift of this till, and the expected cash in its drawer."""
    found = read(drawers.current_shift, actor().device_id)
    if found is None:
        raise NotFound("No shift is open at this till: open one, or take the first cash.")
    return json_response(found, schemas.ShiftSchema)


@blueprint.route("/shifts/current/cash", methods=["POST"])
@allowed(DEVICE, "drawer.use")
@blueprint.operation("moveCash")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.CashMovementRequestSchema)
@blueprint.response(200, schemas.ShiftSchema)
def post_cash(command: MoveCash) -> Response:
    """Put cash in, for example change, or take it out, for example to the bank."""
    return perform(move_cash, command, schemas.ShiftSchema, present=drawers.present_shift)


@blueprint.route("/shifts/current/close", methods=["POST"])
@allowed(DEVICE, "drawer.use")
@blueprint.operation("closeShift")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.CloseShiftRequestSchema)
@blueprint.response(200, schemas.ShiftSchema)
def post_close(command: CloseShift) -> Response:
    """Close the shift with the counted cash, and keep the difference."""
    return perform(close_shift, command, schemas.ShiftSchema, present=drawers.present_shift)
