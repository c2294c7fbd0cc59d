"""Schemas of payments, refunds and shifts at a till."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import Code, Line
from app.channels.http.payment_schemas import amount
from app.channels.pos.schemas import ApprovedRequestSchema
from app.core.payments.drawer.shifts import CloseShift, MoveCash
from app.core.payments.kinds import FLOWS, PAYMENT_PROGRESS, REFUND_METHODS

reason = validate.Length(1, 200)
in_drawer = validate.Range(0, 10**9)


class ReaderPaymentSchema(Schema):
    reader = Code(required=True, validate=validate.Length(1, 64))


class ReaderPaymentSessionSchema(Schema):
    id = fields.UUID(required=True)
    flow = fields.String(required=True, validate=validate.OneOf(FLOWS))
    status = fields.String(
        required=True,
        validate=validate.OneOf(PAYMENT_PROGRESS),
        metadata={"description": "open until the card was shown, then authorised"},
    )
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)


class RefundRequestSchema(ApprovedRequestSchema):
    amount = fields.Integer(required=True, strict=True, validate=amount)
    reason = Line(required=True, validate=reason)


class ManualRefundSchema(Schema):
    number = fields.String(required=True)
    refund_method = fields.String(required=True, validate=validate.OneOf(REFUND_METHODS))
    amount = fields.Integer(
        required=True, metadata={"description": "The amount due to the customer"}
    )
    handed = fields.Integer(
        required=True,
        metadata={"description": "The amount to hand over, rounded to the coins that exist"},
    )
    currency = fields.String(required=True)


class OpenShiftRequestSchema(Schema):
    opening_float = fields.Integer(
        required=True,
        strict=True,
        validate=in_drawer,
        metadata={"description": "In the drawer at the beginning, minor units"},
    )


class CashMovementRequestSchema(Schema):
    amount = fields.Integer(
        required=True,
        strict=True,
        validate=[validate.Range(-(10**9), 10**9), validate.NoneOf([0])],
        metadata={"description": "Put in; negative: taken out"},
    )
    reason = Line(required=True, validate=reason)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> MoveCash:
        return MoveCash(**data)


class CloseShiftRequestSchema(Schema):
    counted = fields.Integer(required=True, strict=True, validate=in_drawer)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CloseShift:
        return CloseShift(**data)


class ShiftSchema(Schema):
    id = fields.UUID(required=True)
    currency = fields.String(required=True)
    opening_float = fields.Integer(required=True)
    expected = fields.Integer(
        required=True, metadata={"description": "What should be in the drawer"}
    )
    counted = fields.Integer(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
