"""Saved cards of a shopper. The payment provider stores the cards; they never reach us."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import SHOPPER, actor, allowed
from app.channels.http.responses import json_response, read
from app.channels.http.shopper_auth import customer_id
from app.channels.http.throttle import throttled
from app.core.payment_processing.saved_cards import queries
from app.core.payment_processing.saved_cards.remove_card import RemoveCard, remove_card
from app.core.payment_processing.saved_cards.save_card import SaveCard, save_card
from app.core.payment_processing.saved_cards.sync_cards import sync_expected_cards
from app.core.payments.kinds import FLOWS

blueprint = Blueprint(
    "saved-cards",
    __name__,
    url_prefix="/api/v1/account/cards",
    description="Saved cards of an account",
)


class SaveCardRequestSchema(Schema):
    flow = fields.String(
        load_default="page",
        validate=validate.OneOf(["page", "app"]),
        metadata={
            "description": "page: the provider's own page, in a browser; app: with its library",
            "example": "page",
        },
    )


class CardSetupSchema(Schema):
    flow = fields.String(required=True, validate=validate.OneOf(FLOWS))
    url = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Where to send the customer: a page of the payment provider, for an hour; "
            "from there they return to /account/cards"
        },
    )
    client_secret = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of a SetupIntent: with it the provider's library takes the card"},
    )


class SavedCardSchema(Schema):
    id = fields.UUID(required=True)
    brand = fields.String(
        required=True, metadata={"description": "visa, mastercard, amex, …", "example": "visa"}
    )
    last4 = fields.String(required=True, metadata={"example": "4242"})
    expiry = fields.String(
        required=True,
        metadata={"description": "The last month in which it is good", "example": "2027-04"},
    )
    expired = fields.Boolean(required=True)
    default = fields.Boolean(
        attribute="is_default",
        required=True,
        metadata={"description": "The one that was used or saved last"},
    )


class SavedCardListSchema(Schema):
    items = fields.List(fields.Nested(SavedCardSchema), required=True)


@blueprint.route("")
@allowed(SHOPPER)
@blueprint.operation("listSavedCards")
@blueprint.response(200, SavedCardListSchema)
def get_cards() -> Response:
    """List the saved cards, the default first."""
    sync_expected_cards(current_app.extensions["runner"], customer_id())
    now = current_app.extensions["ports"].clock.now()
    return json_response({"items": read(queries.cards, customer_id(), now)}, SavedCardListSchema)


@blueprint.route("", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("saveCard")
@throttled("checkout")
@blueprint.no_idempotency
@blueprint.also_returns(409, 429)
@blueprint.arguments(SaveCardRequestSchema)
@blueprint.response(200, CardSetupSchema)
def post_card(body: dict[str, Any]) -> Response:
    """Begin to save a card. It is in the list as soon as the customer has entered it at the provider."""
    command = SaveCard(customer_id(), body["flow"])
    requested = save_card(current_app.extensions["runner"], command, actor())
    return json_response(asdict(requested), CardSetupSchema)


@blueprint.route("/<uuid:saved_card_id>", methods=["DELETE"])
@allowed(SHOPPER)
@blueprint.operation("deleteSavedCard")
@blueprint.response(204)
def delete_card(saved_card_id: UUID) -> Response:
    """Remove a saved card, here and at the provider."""
    command = RemoveCard(customer_id(), saved_card_id)
    remove_card(current_app.extensions["runner"], command, actor())
    return Response(status=204)
