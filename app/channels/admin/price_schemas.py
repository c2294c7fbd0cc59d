"""Schemas of prices for merchants."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.admin.schemas import IN_ADDRESSES, MAX_AMOUNT, short, title
from app.channels.http.fields import Code
from app.channels.http.shop_settings import currency_field
from app.core.access.models import SALES_CHANNELS
from app.core.pricing.create_price_list import CreatePriceList
from app.core.pricing.price_input import NewPrice

MAX_PRICES = 1000
"""In one request: they are set together, or not at all."""
PRIORITY = {"description": "Of the lists that hold for a cart, the smallest number counts"}


def short_code(**options: Any) -> Code:
    return Code(validate=[validate.Length(1, 64), IN_ADDRESSES], **options)


class PriceListSchema(Schema):
    code = short_code(required=True, metadata={"example": "club"})
    name = title(required=True, metadata={"example": "Club prices"})
    currency = currency_field(required=True)
    customer_group = short_code(allow_none=True, load_default=None)
    channel = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(SALES_CHANNELS)
    )
    location = short_code(allow_none=True, load_default=None, metadata={"description": "Its code"})
    priority = fields.Integer(
        strict=True, load_default=100, validate=validate.Range(0, 1_000_000), metadata=PRIORITY
    )
    reason = short(
        load_default="",
        metadata={"description": "Needed, as approved_by, where it differs by channel or location"},
    )
    approved_by = short(load_default="")
    created_at = fields.AwareDateTime(dump_only=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CreatePriceList:
        return CreatePriceList(**data)


class PriceListCollectionSchema(Schema):
    items = fields.List(fields.Nested(PriceListSchema), required=True)


class PriceAmountSchema(Schema):
    """An amount of a price list. The use case compares its currency with the list's and refuses a negative
    amount."""

    amount = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(-MAX_AMOUNT, MAX_AMOUNT),
        metadata={"description": "Minor units, 0 or more"},
    )
    currency = currency_field(required=True)


class NewPriceSchema(Schema):
    sku = short_code(required=True)
    list = short_code(
        allow_none=True, load_default=None, metadata={"description": "Left out: the base list"}
    )
    price = fields.Nested(
        PriceAmountSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null: the list, or the tier, has no price of its own any more"},
    )
    currency = currency_field(load_default=None)
    """Of what ends; a price has its own."""
    compare_at = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, MAX_AMOUNT),
        metadata={"description": "Minor units; shown struck through"},
    )
    min_quantity = fields.Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "From how many units of the SKU on"},
    )
    starts_at = fields.AwareDateTime(
        allow_none=True, load_default=None, metadata={"description": "Left out: now"}
    )


class NewPricesSchema(Schema):
    prices = fields.List(
        fields.Nested(NewPriceSchema), required=True, validate=validate.Length(1, MAX_PRICES)
    )


def new_price(line: int, data: dict[str, Any]) -> NewPrice:
    money = data.pop("price") or {"amount": None, "currency": data["currency"]}
    return NewPrice(**{**data, **money}, line=line)


class PriceUpdateResultSchema(Schema):
    set = fields.Integer(required=True)
    unchanged = fields.Integer(required=True, metadata={"description": "They stood there already"})


class PriceHistoryEntrySchema(Schema):
    list = fields.String(
        required=True, allow_none=True, metadata={"description": "null: the base list"}
    )
    currency = fields.String(required=True)
    min_quantity = fields.Integer(required=True)
    amount = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Minor units; null: it ended"}
    )
    compare_at = fields.Integer(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["past", "in_force", "scheduled"])
    )
    set_at = fields.AwareDateTime(required=True, allow_none=True)
    set_by = fields.String(
        required=True, allow_none=True, metadata={"description": "merchant, or system"}
    )
    client = fields.String(
        required=True, allow_none=True, metadata={"description": "The program that sent it"}
    )


class PriceHistorySchema(Schema):
    sku = fields.String(required=True)
    prices = fields.List(fields.Nested(PriceHistoryEntrySchema), required=True)
