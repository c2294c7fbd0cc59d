"""Card payments of orders, and balances of gift cards."""

from dataclasses import asdict
from typing import Any

from flask import Response, current_app
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ANYONE, ORDER, actor, allowed
from app.channels.http.metrics import note_order
from app.channels.http.payment_schemas import GiftCardBalanceSchema, GiftCardCredentialsSchema
from app.channels.http.responses import json_response, perform
from app.channels.http.throttle import throttled
from app.core.payment_processing.begin_payment import BeginPayment
from app.core.payment_processing.open_payment import open_payment
from app.core.payments.kinds import FLOWS, PAYMENT_PROGRESS
from app.core.payments.stored_value.verify_gift_card import GiftCardCredentials, check_balance

blueprint = Blueprint(
    "payments", __name__, url_prefix="/api/v1", description="Card payments and gift card balances"
)


class PaymentRequestSchema(Schema):
    flow = fields.String(
        load_default="page",
        validate=validate.OneOf(["page", "app"]),
        metadata={
            "description": "page: the provider's own page, in a browser; app: with its library",
            "example": "page",
        },
    )
    card = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A saved card; only in a session of the customer"},
    )
    save_card = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Offer to save the card; only in a session of the customer, and not with `card`"
        },
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data["card"] and data["save_card"]:
            raise ValidationError({"save_card": ["This card is kept already."]})


class PaymentSessionSchema(Schema):
    id = fields.UUID(required=True)
    flow = fields.String(required=True, validate=validate.OneOf(FLOWS))
    status = fields.String(required=True, validate=validate.OneOf(PAYMENT_PROGRESS))
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    url = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Where to send the payer: a page of the payment provider, or of the bank"
        },
    )
    client_secret = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "With which the provider's library in the app confirms it"},
    )


@blueprint.route("/orders/<number>/payments", methods=["POST"])
@allowed(ORDER)
@blueprint.operation("startPayment")
@throttled("checkout")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(PaymentRequestSchema)
@blueprint.response(200, PaymentSessionSchema)
def post_payment(body: dict[str, Any], number: str) -> Response:
    """Pay the outstanding amount of the order by card.

    The amount is authorised now and captured at the hand-over. A repeat while the payment session is open returns
    the same session, so no customer pays twice. A saved card is charged at once, unless the bank asks the customer
    first: then send them to `url`, or let the app continue with `client_secret`.
    """
    note_order(number)
    command = BeginPayment(number, **body)
    opened = open_payment(current_app.extensions["runner"], command, actor())
    return json_response(asdict(opened), PaymentSessionSchema)


@blueprint.route("/gift-cards/balance", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("getGiftCardBalance")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(GiftCardCredentialsSchema)
@blueprint.response(200, GiftCardBalanceSchema)
def post_balance(card: GiftCardCredentials) -> Response:
    """Return the balance of a gift card by its code and PIN."""
    return perform(check_balance, card, GiftCardBalanceSchema)
