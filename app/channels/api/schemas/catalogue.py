"""Schemas of products, prices and availability for shoppers."""

from marshmallow import Schema, fields, validate

from app.channels.http.fields import Text
from app.channels.http.paging import PageSchema
from app.channels.http.shop_settings import currency_field


class PriceReductionSchema(Schema):
    """The reduction of a price; null if the price is not shown as reduced."""

    compare_at = fields.Integer(
        metadata={
            "description": "What a unit is compared with, in minor units; there where its price is reduced"
        }
    )
    lowest_30_days = fields.Integer(
        allow_none=True,
        metadata={
            "description": "The lowest price of the 30 days before the reduction, in minor units; beside "
            "compare_at (Directive 98/6/EC, article 6a)"
        },
    )


class PriceSchema(PriceReductionSchema):
    amount = fields.Integer(
        required=True,
        metadata={"description": "Minor units; with tax or without, as the market's prices are"},
    )
    currency = fields.String(required=True)


class VariantSchema(Schema):
    sku = fields.String(required=True)
    barcode = fields.String(required=True, allow_none=True)
    options = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    price = fields.Nested(PriceSchema, required=True, allow_none=True)


class ProductSchema(Schema):
    handle = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    vendor = fields.String(required=True)
    category = fields.String(required=True)
    variants = fields.List(fields.Nested(VariantSchema), required=True)


class ProductPageSchema(Schema):
    items = fields.List(fields.Nested(ProductSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CurrencySchema(Schema):
    currency = currency_field(load_default=None)


class ProductSearchSchema(CurrencySchema, PageSchema):
    q = Text(validate=validate.Length(max=200), metadata={"description": "Words, beginnings, SKUs"})
    category = Text(validate=validate.Length(max=200))


class AvailabilityQuerySchema(Schema):
    line = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "SKU:QTY"},
    )
    near = fields.String(metadata={"description": "LATITUDE,LONGITUDE"})
    limit = fields.Integer(load_default=24, validate=validate.Range(1, 100))


class AvailableLineSchema(Schema):
    sku = fields.String(required=True)
    available = fields.Integer(required=True)


class StoreAvailabilitySchema(Schema):
    location = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "Leeds"})
    distance_km = fields.Float(required=True, allow_none=True)
    serves_all = fields.Boolean(required=True)
    ready_by = fields.AwareDateTime(required=True, allow_none=True)
    lines = fields.List(fields.Nested(AvailableLineSchema), required=True)


class AvailabilitySchema(Schema):
    items = fields.List(fields.Nested(StoreAvailabilitySchema), required=True)
