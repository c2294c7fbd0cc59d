"""Schemas of taxes for merchants."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import COUNTRY, Code, Pattern
from app.core.pricing.engine.tax import FULL_RATE, TaxRules
from app.core.pricing.set_market import SetMarket
from app.core.pricing.set_tax_rate import SetTaxRate

REGION = Pattern(
    "^[A-Z0-9]{0,3}$", error="Write the part of ISO 3166-2 behind the country, such as BY."
)
CATEGORY = Pattern(
    "^[a-z0-9][a-z0-9_-]{0,63}$", error="Write it in small letters, such as standard or zero."
)


class TaxRateSchema(Schema):
    country = Code(required=True, validate=COUNTRY)
    region = Code(
        load_default="", validate=REGION, metadata={"description": "Empty: all of the country"}
    )
    category = Code(required=True, validate=CATEGORY, metadata={"example": "standard"})
    rate = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, FULL_RATE),
        metadata={"description": "Ten-thousandths of a percent: 200000 is 20 %", "example": 2000},
    )
    starts_at = fields.AwareDateTime(
        allow_none=True, load_default=None, metadata={"description": "Left out: now"}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SetTaxRate:
        return SetTaxRate(**data)


class MarketSchema(Schema):
    country = Code(required=True, validate=COUNTRY)
    tax_included = fields.Boolean(
        required=True, metadata={"description": "Whether prices include tax"}
    )
    tax_level = fields.String(
        load_default="line",
        validate=validate.OneOf(["line", "unit"]),
        metadata={"description": "What is rounded: the tax of a line, or of each of its units"},
    )
    rounding_mode = fields.String(
        load_default="half_up",
        validate=validate.OneOf(["half_up", "half_even"]),
    )
    rounding_target = fields.String(
        load_default="tax",
        validate=validate.OneOf(["tax", "net"]),
        metadata={"description": "Which figure is rounded if prices include tax"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SetMarket:
        return SetMarket(data.pop("country"), TaxRules(**data))
