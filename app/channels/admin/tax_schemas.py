"""Schemas of taxes for merchants."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.channels.http.fields import COUNTRY, Code, Pattern
from app.core.pricing.engine.tax import FULL_RATE, NamedRate, TaxRules
from app.core.pricing.set_market import SetMarket
from app.core.pricing.set_tax_rate import SetTaxRate

REGION = Pattern(
    "^[A-Z0-9]{0,3}$", error="Write the part of ISO 3166-2 behind the country, such as BY."
)
CATEGORY = Pattern(
    "^[a-z0-9][a-z0-9_-]{0,63}$", error="Write it in small letters, such as standard or zero."
)


TAX_NAME = Pattern(
    "^[A-Za-z][A-Za-z0-9 .&/-]{0,31}$", error="Write the name as invoices show it, such as GST."
)
MAX_TAXES = 5


class TaxComponentSchema(Schema):
    name = Code(required=True, validate=TAX_NAME, metadata={"example": "GST"})
    rate = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, FULL_RATE),
        metadata={
            "description": "Ten-thousandths of a percent: 99750 is 9.975 %",
            "example": 50_000,
        },
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NamedRate:
        return NamedRate(**data)


class TaxRateSchema(Schema):
    country = Code(required=True, validate=COUNTRY)
    region = Code(
        load_default="", validate=REGION, metadata={"description": "Empty: all of the country"}
    )
    category = Code(required=True, validate=CATEGORY, metadata={"example": "standard"})
    rate = fields.Integer(
        strict=True,
        validate=validate.Range(0, FULL_RATE),
        metadata={
            "description": "Ten-thousandths of a percent: 200000 is 20 %. Of all taxes together; "
            "left out, the sum of `taxes`",
            "example": 200_000,
        },
    )
    taxes = fields.List(
        fields.Nested(TaxComponentSchema),
        load_default=(),
        validate=validate.Length(max=MAX_TAXES),
        metadata={
            "description": "Several taxes on the same goods, such as GST and QST; empty for one tax"
        },
    )
    starts_at = fields.AwareDateTime(
        allow_none=True, load_default=None, metadata={"description": "Left out: now"}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SetTaxRate:
        taxes = tuple(data.pop("taxes"))
        if "rate" not in data and not taxes:
            raise ValidationError("Send the rate, or taxes with their rates.", "rate")
        data.setdefault("rate", sum(tax.rate for tax in taxes))
        return SetTaxRate(**data, taxes=taxes)


class MarketSchema(Schema):
    country = Code(required=True, validate=COUNTRY)
    tax_included = fields.Boolean(
        required=True, metadata={"description": "Whether prices include tax"}
    )
    tax_level = fields.String(
        load_default="line",
        validate=validate.OneOf(["line", "unit", "total"]),
        metadata={
            "description": "What is rounded: the tax of a line, of each of its units, or of the total of each rate"
        },
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
