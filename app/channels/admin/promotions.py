"""Promotions and their coupons for merchants."""

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.channels.admin.promotion_schemas import (
    CouponCodesSchema,
    CouponPageSchema,
    CouponSchema,
    NewCouponsSchema,
    NewPromotionSchema,
    PromotionPageSchema,
    PromotionPreviewRequestSchema,
    PromotionPreviewSchema,
    PromotionSchema,
    PromotionSearchSchema,
    command,
)
from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.paging import PageSchema
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import now
from app.core.pricing.promotions import queries
from app.core.pricing.promotions.coupons import (
    AddCoupons,
    DeactivateCoupon,
    add_coupons,
    deactivate_coupon,
)
from app.core.pricing.promotions.preview_promotion import SampleCart, preview
from app.core.pricing.promotions.promotions import (
    DeactivatePromotion,
    create_promotion,
    deactivate_promotion,
)

blueprint = Blueprint(
    "admin-promotions", __name__, url_prefix="/api/admin/v1", description="Promotions and coupons"
)


@blueprint.route("/promotions")
@allowed(MERCHANT, "promotions.see")
@blueprint.operation("listPromotions")
@blueprint.arguments(PromotionSearchSchema, location="query")
@blueprint.response(200, PromotionPageSchema)
def list_promotions(query: dict[str, Any]) -> Response:
    """List promotions by code, with the orders that redeem them."""
    after = paging.decode(query.get("cursor"), str)
    found = read(queries.promotions, query.get("active"), after and after[0], query["limit"] + 1)
    return json_response(paging.page(found, query["limit"], "code"), PromotionPageSchema)


@blueprint.route("/promotions", methods=["POST"])
@allowed(MERCHANT, "promotions.change")
@blueprint.operation("createPromotion")
@blueprint.arguments(NewPromotionSchema)
@blueprint.response(201, PromotionSchema)
def post_promotion(body: dict[str, Any]) -> Response:
    """Create a promotion. It applies from its start on; without a start, from now on."""
    return perform(create_promotion, command(body), PromotionSchema, 201, present=present)


@blueprint.route("/promotions/preview", methods=["POST"])
@allowed(MERCHANT, "promotions.see")
@blueprint.operation("previewPromotion")
@blueprint.arguments(PromotionPreviewRequestSchema)
@blueprint.response(200, PromotionPreviewSchema)
def post_preview(body: dict[str, Any]) -> Response:
    """Price a sample cart without and with a promotion. Nothing is stored."""
    lines: dict[str, int] = {}
    for line in body["lines"]:
        lines[line["sku"]] = lines.get(line["sku"], 0) + line["quantity"]
    sample = SampleCart(lines, body["channel"], body["location"])
    before, after = read(preview, command(body["promotion"]), sample, now())
    return json_response({"before": before, "after": after}, PromotionPreviewSchema)


@blueprint.route("/promotions/<code>")
@allowed(MERCHANT, "promotions.see")
@blueprint.operation("getPromotion")
@blueprint.response(200, PromotionSchema)
def get_promotion(code: str) -> Response:
    """Get a promotion, with the orders that redeem it."""
    return json_response(read(queries.promotion, code), PromotionSchema)


@blueprint.route("/promotions/<code>/deactivate", methods=["POST"])
@allowed(MERCHANT, "promotions.change")
@blueprint.operation("deactivatePromotion")
@blueprint.response(200, PromotionSchema)
def post_deactivate(code: str) -> Response:
    """Deactivate a promotion for new quotes. Orders keep their discounts."""
    return perform(
        deactivate_promotion, DeactivatePromotion(code), PromotionSchema, present=present
    )


@blueprint.route("/promotions/<code>/coupons", methods=["POST"])
@allowed(MERCHANT, "promotions.change")
@blueprint.operation("createCoupons")
@blueprint.arguments(NewCouponsSchema)
@blueprint.response(201, CouponCodesSchema)
def post_coupons(body: dict[str, Any], code: str) -> Response:
    """Add coupons with your own codes, or `count` new ones."""
    coupons = AddCoupons(code, tuple(body["codes"]), body["count"], body["uses_limit"])
    return perform(
        add_coupons, coupons, CouponCodesSchema, 201, present=lambda _, codes: {"codes": codes}
    )


@blueprint.route("/promotions/<code>/coupons")
@allowed(MERCHANT, "promotions.see")
@blueprint.operation("listCoupons")
@blueprint.arguments(PageSchema, location="query")
@blueprint.response(200, CouponPageSchema)
def list_coupons(query: dict[str, Any], code: str) -> Response:
    """List the coupons that open a promotion."""
    after = paging.decode(query.get("cursor"), str)
    found = read(queries.coupons, code, after and after[0], query["limit"] + 1)
    return json_response(paging.page(found, query["limit"], "normalised_code"), CouponPageSchema)


@blueprint.route("/promotions/<code>/coupons/<coupon>/deactivate", methods=["POST"])
@allowed(MERCHANT, "promotions.change")
@blueprint.operation("deactivateCoupon")
@blueprint.response(200, CouponSchema)
def post_deactivate_coupon(code: str, coupon: str) -> Response:
    """Deactivate a coupon, such as one that leaked."""
    return perform(
        deactivate_coupon, DeactivateCoupon(code, coupon), CouponSchema, present=queries.coupon
    )


def present(session: Session, code: str) -> Any:
    return queries.promotion(session, code)
