"""Schemas of payments and refunds for merchants."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.channels.http.fields import Line
from app.channels.http.payment_schemas import RefundAmountSchema, amount
from app.core.orders.statuses import ORDER
from app.core.payment_processing.review import REVIEW_REASONS
from app.core.payments.kinds import (
    ATTEMPT,
    EVENTS,
    FLOWS,
    METHODS,
    PAYMENT,
    PAYMENT_ATTEMPTS,
    PAYMENT_SESSION,
    REFUND,
    REFUND_METHODS,
    SESSION_ATTEMPTS,
)

reason = validate.Length(1, 200)


class RefundPartRequestSchema(Schema):
    payment = fields.UUID(required=True)
    amount = fields.Integer(required=True, strict=True, validate=amount)


class TargetedRefundRequestSchema(RefundAmountSchema):
    reason = Line(required=True, validate=reason)
    parts = fields.List(
        fields.Nested(RefundPartRequestSchema),
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, 20),
        metadata={"description": "Other tenders than the plan's; left out: as planned"},
    )

    @validates_schema
    def each_once(self, data: dict[str, Any], **_: Any) -> None:
        named = [part["payment"] for part in data.get("parts") or ()]
        if len(named) != len(set(named)):
            raise ValidationError("Name each payment once.", "parts")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the fields of a RefundOrder."""
        parts = data.pop("parts")
        return {**data, "parts": parts and {one["payment"]: one["amount"] for one in parts}}


class ReviewResolutionSchema(Schema):
    reason = Line(required=True, validate=reason)
    write_off = fields.Boolean(
        load_default=False,
        metadata={"description": "Let go what a collected order still owes"},
    )


class ManualRefundRequestSchema(Schema):
    refund_method = fields.String(
        required=True,
        validate=validate.OneOf(["store_credit", "bank"]),
        metadata={"description": "bank: you have transferred it. Cash is given at a till"},
    )


class PaymentEventSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(EVENTS))
    amount = fields.Integer(required=True)
    refund_method = fields.String(
        required=True,
        validate=validate.OneOf(REFUND_METHODS),
        allow_none=True,
        metadata={"description": "How it was given, where its tender did not take it back"},
    )
    occurred_at = fields.String(required=True)


class PaymentAttemptSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf([*SESSION_ATTEMPTS, *PAYMENT_ATTEMPTS])
    )
    amount = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ATTEMPT.statuses))
    tries = fields.Integer(required=True)
    failure_code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The provider's code for the reason"},
    )
    created_at = fields.String(required=True)
    completed_at = fields.String(required=True, allow_none=True)


class PaymentSessionDetailSchema(Schema):
    id = fields.UUID(
        required=True, metadata={"description": "Also the id of the payment that arises from it"}
    )
    flow = fields.String(required=True, validate=validate.OneOf(FLOWS))
    reader = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(PAYMENT_SESSION.statuses))
    amount = fields.Integer(required=True)
    failure_code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The provider's code for the reason"},
    )
    created_at = fields.String(required=True)
    expires_at = fields.String(required=True, allow_none=True)
    ended_at = fields.String(required=True, allow_none=True)
    attempts = fields.List(fields.Nested(PaymentAttemptSchema), required=True)


class PaymentDetailSchema(Schema):
    id = fields.UUID(required=True)
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    status = fields.String(required=True, validate=validate.OneOf(PAYMENT.statuses))
    amount = fields.Integer(required=True)
    authorised = fields.Integer(required=True)
    captured = fields.Integer(required=True)
    refunded = fields.Integer(required=True)
    refunding = fields.Integer(required=True)
    charged_back = fields.Integer(required=True)
    tendered = fields.Integer(required=True, allow_none=True)
    provider_id = fields.String(required=True, allow_none=True)
    capture_before = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True)
    events = fields.List(fields.Nested(PaymentEventSchema), required=True)
    attempts = fields.List(fields.Nested(PaymentAttemptSchema), required=True)


class RefundSchema(Schema):
    id = fields.UUID(required=True)
    amount = fields.Integer(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(REFUND.statuses))
    created_at = fields.String(required=True)


class OrderBalanceSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ORDER.statuses))
    review_reason = fields.String(
        required=True,
        validate=validate.OneOf(REVIEW_REASONS),
        allow_none=True,
        metadata={"description": "Why the order needs review"},
    )
    currency = fields.String(required=True)
    paid = fields.Integer(required=True)
    amount_due = fields.Integer(required=True)


class OrderPaymentsSchema(OrderBalanceSchema):
    payments = fields.List(fields.Nested(PaymentDetailSchema), required=True)
    payment_sessions = fields.List(
        fields.Nested(PaymentSessionDetailSchema),
        required=True,
        metadata={"description": "How payers were asked for a card, whether they paid or not"},
    )
    refunds = fields.List(fields.Nested(RefundSchema), required=True)


class OrderNeedingReviewSchema(OrderBalanceSchema):
    since = fields.AwareDateTime(required=True, allow_none=True)
    store = fields.String(required=True, allow_none=True)
    placed_at = fields.AwareDateTime(required=True)


class OrderNeedingReviewPageSchema(Schema):
    items = fields.List(fields.Nested(OrderNeedingReviewSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
