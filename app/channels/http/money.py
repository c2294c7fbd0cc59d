"""What every channel takes and shows of tenders."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import Code
from app.core.orders.paying.at_checkout import GiftCard
from app.core.payments.prepaid.show_card import ShownCard

amount = validate.Range(1, 10**12)


class ShownCardSchema(Schema):
    """A gift card, by what is written on it."""

    code = Code(required=True, validate=validate.Length(1, 40))
    pin = Code(required=True, validate=validate.Length(1, 12))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return ShownCard(**data)


class GiftCardSchema(ShownCardSchema):
    amount = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=amount,
        metadata={"description": "Left out: as much as it holds and the order needs"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> GiftCard:
        return GiftCard(ShownCard(data["code"], data["pin"]), data["amount"])


class TenderSchema(Schema):
    id = fields.UUID(required=True)
    method = fields.String(required=True)
    state = fields.String(required=True)
    amount = fields.Integer(required=True)
    authorised = fields.Integer(required=True)
    captured = fields.Integer(required=True)
    refunded = fields.Integer(required=True)


class BalanceSchema(Schema):
    balance = fields.Integer(
        required=True, metadata={"description": "Minor units; 0 where it is blocked or expired"}
    )
    currency = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
