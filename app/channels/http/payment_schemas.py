"""Schemas of tenders that several channels use."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate
from sqlalchemy.orm import Session

from app.channels.http.fields import Code
from app.core.payment_processing.back_office.refund_order import RefundPlan
from app.core.payments.checkout_tenders import GiftCardTender
from app.core.payments.kinds import METHODS, PAYMENT
from app.core.payments.stored_value.models import ENTRIES
from app.core.payments.stored_value.verify_gift_card import GiftCardCredentials

amount = validate.Range(1, 10**12)


class GiftCardCredentialsSchema(Schema):
    """The code and PIN of a gift card."""

    code = Code(
        required=True, validate=validate.Length(1, 40), metadata={"example": "7K2M9QXD4RHT"}
    )
    pin = Code(required=True, validate=validate.Length(1, 12))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return GiftCardCredentials(**data)


class GiftCardTenderSchema(GiftCardCredentialsSchema):
    amount = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=amount,
        metadata={"description": "Left out: as much as it holds and the order needs"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> GiftCardTender:
        return GiftCardTender(GiftCardCredentials(data["code"], data["pin"]), data["amount"])


class OrderPaymentSchema(Schema):
    id = fields.UUID(required=True)
    method = fields.String(
        required=True, validate=validate.OneOf(METHODS), metadata={"example": "card"}
    )
    status = fields.String(
        required=True, validate=validate.OneOf(PAYMENT.statuses), metadata={"example": "authorised"}
    )
    amount = fields.Integer(required=True)
    authorised = fields.Integer(required=True)
    captured = fields.Integer(required=True)
    refunded = fields.Integer(required=True)


class GiftCardBalanceSchema(Schema):
    balance = fields.Integer(
        required=True, metadata={"description": "Minor units; 0 where it is blocked or expired"}
    )
    currency = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)


class RefundAmountSchema(Schema):
    amount = fields.Integer(required=True, strict=True, validate=amount)


class RefundPartSchema(Schema):
    payment = fields.UUID(required=True)
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    amount = fields.Integer(required=True)


class RefundPlanSchema(Schema):
    id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True)
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    parts = fields.List(fields.Nested(RefundPartSchema), required=True)


def present_plan(_: Session, plan: RefundPlan) -> dict[str, Any]:
    return {
        "id": plan.refund_id,
        "number": plan.number,
        "amount": plan.amount,
        "currency": plan.currency,
        "parts": [
            {"payment": payment, "method": method, "amount": part}
            for payment, method, part in plan.parts
        ],
    }


class BalanceEntrySchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(ENTRIES))
    amount = fields.Integer(
        required=True, metadata={"description": "What the balance grew or, negative, fell by"}
    )
    order = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Which it paid, or is given back of"},
    )
    occurred_at = fields.String(required=True)


class StoreCreditSchema(Schema):
    currency = fields.String(required=True)
    balance = fields.Integer(required=True)
    entries = fields.List(fields.Nested(BalanceEntrySchema), required=True)


class StoreCreditListSchema(Schema):
    items = fields.List(fields.Nested(StoreCreditSchema), required=True)
