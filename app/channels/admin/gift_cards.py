"""Gift cards and store credit for merchants."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.channels.admin import gift_card_schemas as schemas
from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.payment_schemas import StoreCreditListSchema
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import currency
from app.core.payment_processing.store_credit_statement import store_credit
from app.core.payments.stored_value import queries
from app.core.payments.stored_value.gift_cards import (
    BlockGiftCard,
    IssueGiftCard,
    block_gift_card,
    issue_gift_card,
)
from app.core.payments.stored_value.grant_store_credit import GrantStoreCredit, grant_store_credit

blueprint = Blueprint(
    "admin-gift-cards",
    __name__,
    url_prefix="/api/admin/v1",
    description="Gift cards and store credit",
)


@blueprint.route("/gift-cards")
@allowed(MERCHANT, "money.see")
@blueprint.operation("listGiftCards")
@blueprint.arguments(schemas.GiftCardSearchSchema, location="query")
@blueprint.response(200, schemas.GiftCardPageSchema)
def list_gift_cards(query: dict[str, Any]) -> Response:
    """List gift cards, newest first: all, those whose code ends so, or those bought on an order."""
    before = paging.decode(query.pop("cursor", None), UUID)
    limit = query.pop("limit")
    search = queries.GiftCardSearch(limit + 1, before=before and before[0], **query)
    found = read(queries.gift_cards, search)
    return json_response(paging.page(found, limit, "id"), schemas.GiftCardPageSchema)


@blueprint.route("/gift-cards", methods=["POST"])
@allowed(MERCHANT, "giftcards.change")
@blueprint.operation("issueGiftCard")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.NewGiftCardSchema)
@blueprint.response(201, schemas.IssuedGiftCardSchema)
def post_gift_card(body: dict[str, Any]) -> Response:
    """Issue a gift card, as a present or as goodwill. Its code and PIN are returned only now."""
    command = IssueGiftCard(**{**body, "currency": currency(body["currency"])})
    return perform(issue_gift_card, command, schemas.IssuedGiftCardSchema, 201)


@blueprint.route("/gift-cards/<uuid:card_id>")
@allowed(MERCHANT, "money.see")
@blueprint.operation("getGiftCard")
@blueprint.response(200, schemas.GiftCardDetailSchema)
def get_gift_card(card_id: UUID) -> Response:
    """Return the balance of a gift card and every change of it."""
    return json_response(read(queries.gift_card, card_id), schemas.GiftCardDetailSchema)


@blueprint.route("/gift-cards/<uuid:card_id>/block", methods=["POST"])
@allowed(MERCHANT, "giftcards.change")
@blueprint.operation("blockGiftCard")
@blueprint.arguments(schemas.ReasonInputSchema)
@blueprint.response(200, schemas.GiftCardDetailSchema)
def post_block(body: dict[str, Any], card_id: UUID) -> Response:
    """Block a lost or stolen gift card: no payment with it is accepted."""
    return _set_active(card_id, False, body["reason"])


@blueprint.route("/gift-cards/<uuid:card_id>/unblock", methods=["POST"])
@allowed(MERCHANT, "giftcards.change")
@blueprint.operation("unblockGiftCard")
@blueprint.arguments(schemas.ReasonInputSchema)
@blueprint.response(200, schemas.GiftCardDetailSchema)
def post_unblock(body: dict[str, Any], card_id: UUID) -> Response:
    """Unblock a gift card that was found again."""
    return _set_active(card_id, True, body["reason"])


def _set_active(card_id: UUID, active: bool, reason: str) -> Response:
    command = BlockGiftCard(card_id, active, reason)
    return perform(
        block_gift_card, command, schemas.GiftCardDetailSchema, present=queries.gift_card
    )


@blueprint.route("/customers/<uuid:customer_id>/credit")
@allowed(MERCHANT, "money.see")
@blueprint.operation("getStoreCredit")
@blueprint.response(200, StoreCreditListSchema)
def get_credit(customer_id: UUID) -> Response:
    """Return the store credit of a customer by currency, with all that was merged into them."""
    return json_response({"items": read(store_credit, customer_id)}, StoreCreditListSchema)


@blueprint.route("/customers/<uuid:customer_id>/credit", methods=["POST"])
@allowed(MERCHANT, "giftcards.change")
@blueprint.operation("grantStoreCredit")
@blueprint.requires_idempotency_key
@blueprint.arguments(schemas.StoreCreditGrantSchema)
@blueprint.response(201, StoreCreditListSchema)
def post_credit(body: dict[str, Any], customer_id: UUID) -> Response:
    """Grant store credit, as goodwill or instead of a refund."""
    command = GrantStoreCredit(
        customer_id, body["amount"], currency(body["currency"]), body["reason"]
    )

    def present(session: Session, _: UUID) -> dict[str, Any]:
        return {"items": store_credit(session, customer_id)}

    return perform(grant_store_credit, command, StoreCreditListSchema, 201, present=present)
