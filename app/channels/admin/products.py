"""The catalogue for merchants: create, edit, publish and withdraw products and variants."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.channels.admin.schemas import (
    MerchantProductPageSchema,
    MerchantProductSchema,
    MerchantSearchSchema,
    NewProductSchema,
    NewVariantSchema,
    ProductUpdateSchema,
    VariantUpdateSchema,
)
from app.channels.http import paging, staff_auth
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import currency, now
from app.core.catalogue.products import (
    ChangeProduct,
    ProductChanges,
    WithdrawProduct,
    change_product,
    withdraw_product,
)
from app.core.catalogue.variants import PublishVariant, publish_variant
from app.core.merchandising.new_variant import NewVariant
from app.core.merchandising.products import (
    CreateProduct,
    PublishProduct,
    create_product,
    publish_product,
)
from app.core.merchandising.variants import (
    AddVariant,
    ChangeVariant,
    WithdrawVariant,
    add_variant,
    change_variant,
    withdraw_variant,
)
from app.core.pricing import merchant_queries
from app.core.pricing.merchant_queries import MerchantProduct, ProductSearch
from app.core.pricing.tax_categories import VOUCHER

blueprint = Blueprint(
    "admin-products", __name__, url_prefix="/api/admin/v1", description="Products and variants"
)


@blueprint.route("/products")
@allowed(MERCHANT, "catalogue.see")
@blueprint.operation("listProducts")
@blueprint.arguments(MerchantSearchSchema, location="query")
@blueprint.response(200, MerchantProductPageSchema)
def list_products(query: dict[str, Any]) -> Response:
    """List products by handle, drafts and withdrawn ones too. `q` searches words, their beginnings and SKUs."""
    after = paging.decode(query.get("cursor"), str)
    search = ProductSearch(
        query.get("q"), query.get("status"), after and after[0], query["limit"] + 1
    )
    found = read(merchant_queries.products, search, currency(), now())
    return json_response(paging.page(found, query["limit"], "handle"), MerchantProductPageSchema)


@blueprint.route("/products", methods=["POST"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("createProduct")
@blueprint.arguments(NewProductSchema)
@blueprint.response(201, MerchantProductSchema)
def post_product(body: dict[str, Any]) -> Response:
    """Create a product with its variants, as a draft or published at once."""
    require_permissions(*body["variants"])
    command = CreateProduct(currency(), **body)
    return perform(create_product, command, MerchantProductSchema, 201, present=present_product)


@blueprint.route("/products/<handle>")
@allowed(MERCHANT, "catalogue.see")
@blueprint.operation("getProduct")
@blueprint.response(200, MerchantProductSchema)
def get_product(handle: str) -> Response:
    """Return a product with all of its variants."""
    return json_response(
        read(merchant_queries.product, handle, currency(), now()), MerchantProductSchema
    )


@blueprint.route("/products/<handle>", methods=["PATCH"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("updateProduct")
@blueprint.arguments(ProductUpdateSchema)
@blueprint.response(200, MerchantProductSchema)
def patch_product(body: ProductChanges, handle: str) -> Response:
    """Change the fields that are sent."""
    command = ChangeProduct(handle, body)
    return perform(change_product, command, MerchantProductSchema, present=present_product)


@blueprint.route("/products/<handle>/publish", methods=["POST"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("publishProduct")
@blueprint.response(200, MerchantProductSchema)
def post_publish(handle: str) -> Response:
    """Publish a product. It needs an active variant with a price."""
    command = PublishProduct(handle, currency())
    return perform(publish_product, command, MerchantProductSchema, present=present_product)


@blueprint.route("/products/<handle>/withdraw", methods=["POST"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("withdrawProduct")
@blueprint.response(200, MerchantProductSchema)
def post_withdraw(handle: str) -> Response:
    """Withdraw a product from lists and sale. Placed orders continue."""
    command = WithdrawProduct(handle)
    return perform(withdraw_product, command, MerchantProductSchema, present=present_product)


@blueprint.route("/products/<handle>/variants", methods=["POST"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("createVariant")
@blueprint.arguments(NewVariantSchema)
@blueprint.response(201, MerchantProductSchema)
def post_variant(body: NewVariant, handle: str) -> Response:
    """Add a variant after the others. It is on sale at once if its product is."""
    require_permissions(body)
    command = AddVariant(handle, currency(), body)
    return perform(add_variant, command, MerchantProductSchema, 201, present=present_product)


@blueprint.route("/products/<handle>/variants/<sku>", methods=["PATCH"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("updateVariant")
@blueprint.arguments(VariantUpdateSchema)
@blueprint.response(200, MerchantProductSchema)
def patch_variant(body: dict[str, Any], handle: str, sku: str) -> Response:
    """Change the fields that are sent. A new price or cost starts now."""
    if body["price"] is not None or body["cost"] is not None:
        staff_auth.require("prices.change")
    vouchers = staff_auth.may("giftcards.change")
    command = ChangeVariant(handle, sku, currency(), may_change_vouchers=vouchers, **body)
    return perform(change_variant, command, MerchantProductSchema, present=present_product)


@blueprint.route("/products/<handle>/variants/<sku>/publish", methods=["POST"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("publishVariant")
@blueprint.response(200, MerchantProductSchema)
def post_variant_publish(handle: str, sku: str) -> Response:
    """Publish a variant wherever its product is on sale."""
    command = PublishVariant(handle, sku)
    return perform(publish_variant, command, MerchantProductSchema, present=present_product)


@blueprint.route("/products/<handle>/variants/<sku>/withdraw", methods=["POST"])
@allowed(MERCHANT, "catalogue.change")
@blueprint.operation("withdrawVariant")
@blueprint.response(200, MerchantProductSchema)
def post_variant_withdraw(handle: str, sku: str) -> Response:
    """Withdraw a variant. The last one of a product on sale is withdrawn with its product only."""
    command = WithdrawVariant(handle, sku, currency())
    return perform(withdraw_variant, command, MerchantProductSchema, present=present_product)


def present_product(session: Session, handle: str) -> MerchantProduct:
    return merchant_queries.product(session, handle, currency(), now())


def require_permissions(*variants: NewVariant) -> None:
    """Raises Forbidden if a caller without `prices.change` sends a price or a cost along, or one without
    `giftcards.change` adds a gift card."""
    if any(amount is not None for one in variants for amount in (one.price, one.cost)):
        staff_auth.require("prices.change")
    if any(one.tax_category == VOUCHER for one in variants):
        staff_auth.require("giftcards.change")
