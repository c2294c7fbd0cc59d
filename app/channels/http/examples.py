"""Examples for the OpenAPI document, made from the schemas: one for each request and each response.

A field shows the `example` of its metadata, else the first value of its enum, else the entry of WORDS under its
name, else a value of its type. A request shows the fields that are required or have an example; if there are none,
it shows all.
"""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

Nested = Callable[[Schema], dict[str, Any]]

ID = "01a20115-b580-7c3e-9d41-5f6b8a2e0c17"
MOMENT = "2026-11-22T10:00:00+00:00"
DAY = "2026-11-22"

WORDS: dict[str, Any] = {
    "access_token": "SAMPLE-ACCESS-TOKEN",
    "actor": "customer",
    "actor_kind": "shopper",
    "actor_role": "manager",
    "address": "1 High Street\nLeeds LS1 1AA",
    "amount": 990,
    "amount_due": 990,
    "amount_outstanding": 0,
    "approved_by": "Grace",
    "at": MOMENT,
    "authorised": 990,
    "available": 220,
    "balance": 2500,
    "barcode": "2000000475660",
    "basis": "contract",
    "reasons": "same_email",
    "body": "Prefers to be called in the afternoon",
    "by": "staff",
    "cancelled": 0,
    "capture_before": MOMENT,
    "capture_pending": 0,
    "captured": 0,
    "categories": "Party",
    "category": "Party",
    "channel": "web",
    "channel_name": "web shop",
    "charged_back": 0,
    "client": "Stock sync",
    "code": "WELCOME",
    "codes": "SUMMER-7K2M",
    "compare_at": 595,
    "contact_channel": "email",
    "counted": 10990,
    "country": "GB",
    "coupons": "WELCOME",
    "created_at": MOMENT,
    "credential": {"id": "SAMPLE-CREDENTIAL", "type": "public-key"},
    "credit_note_prefix": "CN-",
    "currency": "GBP",
    "current": "the old password",
    "customer_group": "club",
    "customer_groups": "club",
    "days": 4,
    "description": "Cotton bunting, 5 m",
    "device": "Leeds till 1",
    "device_name": "Phone",
    "difference": 0,
    "differs": "name",
    "discount": 0,
    "distance_km": 0.5,
    "email": "ada@example.com",
    "ends": "2026-11-30T00:00",
    "legal_entity": "main",
    "evidence": "form:1234",
    "expected": 10990,
    "expected_total": 990,
    "favourite_store": "lds",
    "fees": 35,
    "fields_": "email",
    "opening_float": 10000,
    "form": "full",
    "gift_sku": "22952",
    "grams": 120,
    "handed": 990,
    "handle": "party-bunting-47566",
    "hash": "a37ba20a9585",
    "invitation": "SAMPLE-INVITATION",
    "invoice": {"number": "INV-1001", "issued_on": DAY},
    "invoice_prefix": "INV-",
    "issued": 2500,
    "issued_on": DAY,
    "key": "SAMPLE-API-KEY",
    "kind": "order.placed",
    "label": "Home",
    "lines": "1 High Street",
    "last4": "4RHT",
    "list": "club",
    "locale": "en-GB",
    "location": "lds",
    "locations": "lds",
    "lowest_30_days": 495,
    "loyalty_card": "9800000001",
    "message": "There is nothing at this address.",
    "name": "Ada",
    "net": 825,
    "next_cursor": "WyJQYXJ0eSBCdW50aW5nIl0",
    "number": "2JXZQ5JG9",
    "occurred_at": MOMENT,
    "options": {"Style": "Party Bunting"},
    "order": "2JXZQ5JG9",
    "claimable_orders": 0,
    "paid": 0,
    "password": "correct horse battery staple",
    "payload": {"total": 990},
    "phone": "+441132000000",
    "picked": 2,
    "pickup_person": "Charles",
    "pin": "482913",
    "postcode": "LS1 1AA",
    "products": "party-bunting-47566",
    "public_key": "SAMPLEKEYSAMPLEKEYSAMPLEKEYSAMPLEKEYSAMPLEK",
    "purpose": "payment",
    "q": "party bunting",
    "quantity": 2,
    "quote": "SAMPLE-QUOTE",
    "quote_hash": "a37ba20a9585",
    "reader": "tmr_sample",
    "reason": "The box was damaged",
    "received_by": "Charles",
    "refresh_token": "SAMPLE-REFRESH-TOKEN",
    "refunded": 0,
    "refunding": 0,
    "region": "ENG",
    "rounding": 0,
    "scopes": "catalogue.see",
    "secret": "SAMPLESECRET",
    "sent_at": MOMENT,
    "set_by": "merchant",
    "completed_at": MOMENT,
    "shortfalls": 0,
    "since": "09:00",
    "sku": "47566",
    "skus": "47566",
    "staff_number": "1001",
    "starts": "2026-11-27T00:00",
    "store": "lds",
    "stores": {"lds": "manager"},
    "supplied_on": DAY,
    "tags": "party",
    "tax": 165,
    "tax_category": "standard",
    "template": "placed",
    "tender": "card",
    "tendered": 1000,
    "terms_version": "1",
    "text": "Order 2JXZQ5JG9 placed for £9.90",
    "text_version": "2026-01",
    "title": "Party Bunting",
    "token": "SAMPLE-TOKEN",
    "total": 990,
    "total_credited": 0,
    "town": "Leeds",
    "unit_net": 412,
    "unit_price": 495,
    "until": "17:00",
    "value": "ada@example.com",
    "vat_number": "GB123456789",
    "vendor": "Onecounter",
    "when": "STRIPE_API_KEY",
    "without": "22952",
    "wrong_codes": 0,
}
"""By the name of a field that means the same wherever it stands."""


def request(schema: Schema) -> dict[str, Any]:
    """Return an example request."""
    wanted = {
        name: field
        for name, field in schema.load_fields.items()
        if field.required or "example" in field.metadata
    }
    return _object(wanted or schema.load_fields, request)


def response(schema: Schema) -> dict[str, Any]:
    """Return an example response."""
    return _object(schema.dump_fields, response)


def _object(shown: dict[str, fields.Field[Any]], nested: Nested) -> dict[str, Any]:
    return {field.data_key or name: _value(name, field, nested) for name, field in shown.items()}


def _value(name: str, field: fields.Field[Any], nested: Nested) -> Any:
    if "example" in field.metadata:
        return field.metadata["example"]
    if isinstance(field, fields.Nested):
        return [nested(field.schema)] if field.many else nested(field.schema)
    if isinstance(field, fields.List):
        return [_value(name, field.inner, nested)]
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            return next(iter(validator.choices))
    typical = next(example for kind, example in TYPES.items() if isinstance(field, kind))
    fits = type(WORDS.get(name)) is type(typical) and not isinstance(field, EXACT)
    return WORDS[name] if fits else typical


TYPES: dict[type[fields.Field[Any]], Any] = {
    fields.UUID: ID,
    fields.Email: "ada@example.com",
    fields.String: "text",
    fields.Integer: 1,
    fields.Float: 0.5,
    fields.Boolean: True,
    fields.AwareDateTime: MOMENT,
    fields.Date: DAY,
    fields.Dict: {},
}
"""By type, the narrower ones first."""

EXACT = (fields.UUID, fields.AwareDateTime, fields.Date)
"""The types of which no word can be."""
