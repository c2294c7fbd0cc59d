"""Products and where they are to be had."""

from typing import Any

from flask import Response

from app.channels.api.schemas.catalogue import (
    AvailabilityQuerySchema,
    AvailabilitySchema,
    CurrencySchema,
    ProductPageSchema,
    ProductSchema,
    ProductSearchSchema,
)
from app.channels.http import paging, shopper_auth
from app.channels.http.bearer import bearer
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ANYONE, actor, allowed
from app.channels.http.responses import json_response, read
from app.channels.http.shop_settings import currency, now
from app.core.carts.availability import Coordinates, availability
from app.core.errors import Invalid
from app.core.pricing import queries
from app.core.pricing.queries import Audience, CatalogueSearch
from app.core.quantities import Quantities

blueprint = Blueprint(
    "catalogue",
    __name__,
    url_prefix="/api/v1",
    description="Products, and the stores that have them",
)


def audience() -> Audience:
    """The channel that the caller's program stands for, and the group of who is signed in."""
    live = shopper_auth.session(bearer())
    if live is None:
        return Audience(actor().sales_channel or "")
    return Audience(live.sales_channel, live.customer_group)


@blueprint.route("/products")
@allowed(ANYONE)
@blueprint.operation("listProducts")
@blueprint.arguments(ProductSearchSchema, location="query")
@blueprint.response(200, ProductPageSchema)
def list_products(query: dict[str, Any]) -> Response:
    """Products by title; `q` finds by words, by their beginnings and by SKU. Who is signed in is shown the prices
    of their customer group."""
    after = paging.decode(query.get("cursor"), str, str)
    search = CatalogueSearch(query.get("q"), query.get("category"), after, query["limit"] + 1)
    money = currency(query["currency"])
    found = read(queries.products, search, money, audience(), now())
    return json_response(paging.page(found, query["limit"], "title", "handle"))


@blueprint.route("/products/<handle>")
@allowed(ANYONE)
@blueprint.operation("getProduct")
@blueprint.arguments(CurrencySchema, location="query")
@blueprint.response(200, ProductSchema)
def get_product(query: dict[str, Any], handle: str) -> Response:
    """One product with its variants, at the prices of who asks."""
    money = currency(query["currency"])
    return json_response(read(queries.product, handle, money, audience(), now()))


@blueprint.route("/availability")
@allowed(ANYONE)
@blueprint.operation("getAvailability")
@blueprint.also_returns(404)
@blueprint.arguments(AvailabilityQuerySchema, location="query")
@blueprint.response(200, AvailabilitySchema)
def get_availability(query: dict[str, Any]) -> Response:
    """The stores that offer pick-up, nearest first: which can serve the whole cart, and when."""
    wanted, near = wanted_lines(query["line"]), place(query.get("near"))
    stores = read(availability, wanted, near, query["limit"], now())
    return json_response({"items": stores}, AvailabilitySchema)


def wanted_lines(lines: list[str]) -> Quantities:
    """Return the quantities of `SKU:QTY` lines; a SKU named twice adds up. Raises Invalid."""
    wanted = Quantities()
    for line in lines:
        sku, _, quantity = line.rpartition(":")
        if (
            not sku
            or not (quantity.isascii() and quantity.isdigit() and len(quantity) < 10)
            or not 0 < int(quantity) <= 100_000
        ):
            raise Invalid("Write each line as SKU:QTY, such as 85123A:2.", line=[line])
        wanted += Quantities({sku: int(quantity)})
    return wanted


def place(text: str | None) -> Coordinates | None:
    """The position of `LATITUDE,LONGITUDE`. Raises Invalid."""
    if text is None:
        return None
    latitude, _, longitude = text.partition(",")
    try:
        near = Coordinates(float(latitude), float(longitude))
    except ValueError:
        near = Coordinates(float("nan"), 0)
    if not (-90 <= near.latitude <= 90 and -180 <= near.longitude <= 180):
        raise Invalid(
            "Write near as LATITUDE,LONGITUDE in degrees, such as 53.80,-1.55.", near=[text]
        )
    return near
