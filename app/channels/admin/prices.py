"""The merchants' prices: lists, changes now or later, and their history."""

from typing import Any

from flask import Response

from app.channels.admin.price_schemas import (
    NewPricesSchema,
    PriceHistorySchema,
    PriceListCollectionSchema,
    PriceListSchema,
    PriceUpdateResultSchema,
    new_price,
)
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import currency, now
from app.core.pricing import price_queries
from app.core.pricing.create_price_list import CreatePriceList, create_price_list
from app.core.pricing.set_prices import SetPrices, set_prices

blueprint = Blueprint(
    "admin-prices", __name__, url_prefix="/api/admin/v1", description="Prices and price lists"
)


@blueprint.route("/price-lists")
@allowed(MERCHANT, "prices.see")
@blueprint.operation("listPriceLists")
@blueprint.response(200, PriceListCollectionSchema)
def list_price_lists() -> Response:
    """List all price lists in the order in which they apply."""
    return json_response({"items": read(price_queries.price_lists)}, PriceListCollectionSchema)


@blueprint.route("/price-lists", methods=["POST"])
@allowed(MERCHANT, "prices.change")
@blueprint.operation("createPriceList")
@blueprint.arguments(PriceListSchema)
@blueprint.response(201, PriceListSchema)
def post_price_list(command: CreatePriceList) -> Response:
    """Create an empty price list. A list for a channel or a location needs a reason and an approver."""
    return perform(
        create_price_list, command, PriceListSchema, 201, present=price_queries.price_list
    )


@blueprint.route("/prices", methods=["PUT"])
@allowed(MERCHANT, "prices.change")
@blueprint.operation("setPrices")
@blueprint.arguments(NewPricesSchema)
@blueprint.response(200, PriceUpdateResultSchema)
def put_prices(body: dict[str, Any]) -> Response:
    """Let prices start, now or later: all of them or none. A price that is stored already changes nothing. Another
    price for the same moment is refused, because prices are never rewritten."""
    prices = [new_price(line, one) for line, one in enumerate(body["prices"])]
    return perform(set_prices, SetPrices(currency(), prices), PriceUpdateResultSchema)


@blueprint.route("/variants/<sku>/prices")
@allowed(MERCHANT, "prices.see")
@blueprint.operation("listVariantPrices")
@blueprint.response(200, PriceHistorySchema)
def get_variant_prices(sku: str) -> Response:
    """List the past, current and scheduled prices of a variant, and who set them."""
    return json_response(read(price_queries.price_history, sku, now()), PriceHistorySchema)
