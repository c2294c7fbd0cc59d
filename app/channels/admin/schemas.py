"""Schemas of the catalogue for merchants."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.channels.http.fields import Code, Line, Pattern, Text
from app.channels.http.paging import PageSchema
from app.channels.http.shop_settings import currency_field
from app.core.merchandising.new_variant import MAX_VARIANTS, NewVariant
from app.core.pricing.tax_categories import STANDARD

STATUSES = ("draft", "active", "archived")
MAX_AMOUNT = 10**12
IN_ADDRESSES = Pattern(r"^[^\s/?#%]+$", error="Leave out spaces and the characters / ? # %.")


def short(**options: Any) -> Line:
    return Line(validate=validate.Length(max=100), **options)


def title(**options: Any) -> Line:
    return Line(validate=validate.Length(1, 255), **options)


def description(**options: Any) -> Text:
    return Text(validate=validate.Length(max=50_000), **options)


def tags(**options: Any) -> fields.List[str]:
    return fields.List(title(), validate=validate.Length(max=100), **options)


def barcode(**options: Any) -> Code:
    return Code(allow_none=True, validate=validate.Length(1, 64), **options)


def choices(**options: Any) -> fields.Dict:
    name, value = Line(validate=validate.Length(1, 100)), Line(validate=validate.Length(1, 255))
    example = {"example": {"Colour": "Blue", "Size": "M"}}
    return fields.Dict(name, value, validate=validate.Length(max=10), metadata=example, **options)


def grams(**options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, 1_000_000_000), **options)


def tax_category(**options: Any) -> Code:
    example = {
        "description": "standard, reduced, zero, or one that has a tax rate; voucher: a gift card"
    }
    return Code(validate=validate.Length(1, 64), metadata=example, **options)


class MoneySchema(Schema):
    amount = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, MAX_AMOUNT),
        metadata={"description": "Minor units"},
    )
    currency = currency_field(required=True)


class MoneyInputSchema(MoneySchema):
    """An amount in the shop's currency."""

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> int:
        amount: int = data["amount"]
        return amount


def price(**options: Any) -> fields.Nested:
    payload = {"description": "With tax or without, as the market's prices are"}
    return fields.Nested(MoneyInputSchema, metadata=payload, **options)


def cost(**options: Any) -> fields.Nested:
    return fields.Nested(
        MoneyInputSchema, metadata={"description": "What a unit costs us"}, **options
    )


class NewVariantSchema(Schema):
    sku = Code(required=True, validate=[validate.Length(1, 64), IN_ADDRESSES])
    barcode = barcode(load_default=None)
    options = choices(load_default=dict)
    grams = grams(load_default=0)
    tax_category = tax_category(load_default=STANDARD)
    price = price(allow_none=True, load_default=None)
    cost = cost(allow_none=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewVariant:
        return NewVariant(**data)


class NewProductSchema(Schema):
    handle = Code(
        allow_none=True,
        load_default=None,
        validate=[
            validate.Length(1, 255),
            Pattern("^[a-z0-9]+(-[a-z0-9]+)*$", error="Write it like red-mug-2."),
        ],
        metadata={"description": "Its name in addresses; made of the title if it is left out"},
    )
    title = title(required=True)
    description = description(load_default="")
    vendor = short(load_default="")
    category = short(load_default="")
    tags = tags(load_default=list)
    variants = fields.List(
        fields.Nested(NewVariantSchema), required=True, validate=validate.Length(max=MAX_VARIANTS)
    )
    publish = fields.Boolean(load_default=False, metadata={"description": "false: a draft"})

    @validates_schema
    def check_codes(self, data: dict[str, Any], **_: Any) -> None:
        variants = data["variants"]
        check_once("SKU", [variant.sku for variant in variants])
        check_once("barcode", [code for variant in variants for code in variant.barcodes])

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "variants": tuple(data["variants"]), "tags": tuple(data["tags"])}


def check_once(name: str, codes: Sequence[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValidationError(
            f"Give each variant a {name} of its own: {', '.join(twice)}.", "variants"
        )


class ProductUpdateSchema(Schema):
    title = title()
    description = description()
    vendor = short()
    category = short()
    tags = tags()


class VariantUpdateSchema(Schema):
    barcode = barcode()
    options = choices()
    grams = grams()
    tax_category = tax_category()
    position = fields.Integer(
        strict=True,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "From 1; the others make room"},
    )
    price = price()
    cost = cost()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the fields of a ChangeVariant."""
        amounts = {name: data.pop(name, None) for name in ("price", "cost")}
        return {"changes": data, **amounts}


class MerchantSearchSchema(PageSchema):
    q = Text(
        validate=validate.Length(max=200),
        metadata={"description": "Words, beginnings, SKUs, barcodes"},
    )
    status = fields.String(validate=validate.OneOf(STATUSES))


class MerchantVariantSchema(Schema):
    sku = fields.String(required=True)
    barcode = fields.String(required=True, allow_none=True)
    options = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    position = fields.Integer(required=True)
    grams = fields.Integer(required=True)
    tax_category = fields.String(required=True)
    active = fields.Boolean(required=True, metadata={"description": "false: withdrawn"})
    price = fields.Nested(MoneySchema, required=True, allow_none=True)
    cost = fields.Nested(MoneySchema, required=True, allow_none=True)


class MerchantProductSchema(Schema):
    handle = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    vendor = fields.String(required=True)
    category = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)
    variants = fields.List(fields.Nested(MerchantVariantSchema), required=True)


class MerchantProductPageSchema(Schema):
    items = fields.List(fields.Nested(MerchantProductSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
