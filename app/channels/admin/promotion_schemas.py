"""Schemas of promotions and coupons for merchants."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.channels.http.fields import Code, Line, Pattern
from app.channels.http.paging import PageSchema
from app.channels.http.quotes import QuoteSchema
from app.channels.http.shop_settings import currency, currency_field
from app.core.pricing.engine.benefits.kinds import KINDS
from app.core.pricing.promotions.coupons import MAX_COUPONS
from app.core.pricing.promotions.promotions import CreatePromotion

SMALL = 2**31 - 1
NAME = Pattern(r"^[A-Z0-9][A-Z0-9-]{0,39}$", error="Use A–Z, 0–9 and -, 40 at most.")


def names() -> fields.List[str]:
    return fields.List(Code(validate=validate.Length(1, 100)), validate=validate.Length(max=5000))


class PromotionScopeInputSchema(Schema):
    """The items that a promotion applies to: all of them, unless some are named."""

    skus = names()
    products = names()
    categories = names()
    without = names()


class PromotionHoursInputSchema(Schema):
    days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(0, 6)),
        required=True, validate=validate.Length(1, 7), metadata={"description": "0 is Monday"},
    )  # fmt: skip
    since = fields.String(required=True, validate=validate.Length(max=8))
    until = fields.String(required=True, validate=validate.Length(max=8))


class PromotionConditionsInputSchema(Schema):
    """The conditions of a promotion. All that are set must hold."""

    min_quantity = fields.Integer(strict=True, validate=validate.Range(0, SMALL))
    min_amount = fields.Integer(strict=True, validate=validate.Range(0, 10**12))
    needs = fields.Nested(PromotionScopeInputSchema)
    coupon = fields.Boolean()
    customer_groups = names()
    first_order = fields.Boolean()
    channels = names()
    locations = names()
    starts = fields.String(
        validate=validate.Length(max=32),
        metadata={"description": "By the store's clock, without a zone: 2026-11-27T00:00"},
    )
    ends = fields.String(validate=validate.Length(max=32))
    hours = fields.List(fields.Nested(PromotionHoursInputSchema), validate=validate.Length(max=50))


class NewPromotionSchema(Schema):
    code = Code(required=True, validate=NAME)
    currency = currency_field(load_default=None)
    title = Line(required=True, validate=validate.Length(1, 100))
    kind = fields.String(
        required=True, validate=validate.OneOf(sorted(KINDS)), metadata={"example": "percentage"}
    )
    terms = fields.Dict(
        keys=fields.String(), required=True,
        metadata={"description": "By kind: {rate} in basis points, {amount, each}, {price}, {buy, get, rate}, "
                  "{of}, {quantities, price}, {steps, percent}, {units}, {}", "example": {"rate": 1000}},
    )  # fmt: skip
    scopes = fields.List(
        fields.Nested(PromotionScopeInputSchema), load_default=[{}], validate=validate.Length(1, 10)
    )
    conditions = fields.Nested(PromotionConditionsInputSchema, load_default={})
    priority = fields.Integer(strict=True, load_default=100, validate=validate.Range(0, 1000))
    exclusive = fields.Boolean(load_default=False)
    gift_sku = Code(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    uses_limit = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, SMALL)
    )
    limit_per_customer = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, SMALL)
    )
    reason = Line(load_default="", validate=validate.Length(max=500))
    approved_by = Line(load_default="", validate=validate.Length(max=100))


class PromotionSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(sorted(KINDS)), metadata={"example": "percentage"}
    )
    currency = fields.String(required=True)
    terms = fields.Dict(required=True, metadata={"example": {"rate": 1000}})
    scopes = fields.List(fields.Dict(), required=True)
    conditions = fields.Dict(required=True)
    priority = fields.Integer(required=True)
    exclusive = fields.Boolean(required=True)
    gift_sku = fields.String(required=True, allow_none=True)
    uses_limit = fields.Integer(required=True, allow_none=True)
    limit_per_customer = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True)
    approved_by = fields.String(required=True)
    active = fields.Boolean(required=True, metadata={"description": "Not deactivated"})
    deactivated_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    orders = fields.Integer(required=True, metadata={"description": "Orders that redeem it"})
    saved = fields.Integer(required=True, metadata={"description": "What these orders saved"})
    coupons = fields.Integer(required=True)


class PromotionPageSchema(Schema):
    items = fields.List(fields.Nested(PromotionSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class PromotionSearchSchema(PageSchema):
    active = fields.Boolean()


class PreviewLineSchema(Schema):
    sku = Code(required=True, validate=validate.Length(1, 64))
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))


class PromotionPreviewRequestSchema(Schema):
    promotion = fields.Nested(NewPromotionSchema, required=True)
    lines = fields.List(
        fields.Nested(PreviewLineSchema), required=True, validate=validate.Length(1, 200)
    )
    channel = fields.String(load_default="web", validate=validate.Length(max=20))
    location = Code(load_default="", validate=validate.Length(max=64))


class PromotionPreviewSchema(Schema):
    before = fields.Nested(QuoteSchema, required=True)
    after = fields.Nested(QuoteSchema, required=True)


class NewCouponsSchema(Schema):
    codes = fields.List(Line(validate=validate.Length(3, 60)), load_default=[])
    count = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, MAX_COUPONS),
        metadata={"example": 100},
    )
    uses_limit = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, SMALL)
    )


class CouponCodesSchema(Schema):
    codes = fields.List(fields.String(), required=True)


class CouponSchema(Schema):
    code = fields.String(required=True)
    uses_limit = fields.Integer(required=True, allow_none=True)
    redemption_count = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Counted if there is a limit"}
    )
    active = fields.Boolean(required=True, metadata={"description": "Not deactivated"})
    created_at = fields.AwareDateTime(required=True)


class CouponPageSchema(Schema):
    items = fields.List(fields.Nested(CouponSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def command(body: dict[str, Any]) -> CreatePromotion:
    return CreatePromotion(**{**body, "currency": currency(body["currency"])})
