"""Schemas of staff's work. Staff never see a pickup code: the shopper presents it."""

from typing import Any

from flask import current_app
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.channels.http.fields import Code, Line, Pattern
from app.channels.http.orders import FulfilmentSchema, TotalsAfterCancellationSchema
from app.channels.http.paging import PageSchema
from app.channels.http.payment_schemas import GiftCardCredentialsSchema, OrderPaymentSchema
from app.channels.http.payment_schemas import amount as an_amount
from app.core.access.staff.approval import REASONS, Approval
from app.core.cash_rounding import cash_rounding
from app.core.fulfilment.pick import MissingUnits
from app.core.orders.statuses import ORDER
from app.core.payment_processing.counter_payments import (
    CreditPayment,
    GiftCardPayment,
    OfferedPayment,
)
from app.core.payment_processing.review import REVIEW_REASONS
from app.core.payments.counter_tenders import CashPayment

KINDS = ("pick", "hand_over", "restock")
quantity = validate.Range(1, 100_000)
sku = validate.Length(1, 64)
STAFF_NUMBER = Pattern(r"^[0-9]{1,10}$", error="A number has 1 to 10 digits.")
PIN = Pattern(r"^[0-9]{4,12}$", error="A PIN is made of digits.")


class TaskQuerySchema(PageSchema):
    kind = fields.List(
        fields.String(validate=validate.OneOf(KINDS)),
        load_default=["pick", "hand_over"],
        metadata={"description": "Default: what to pick, and whom to serve"},
    )


class TaskLineSchema(Schema):
    sku = fields.String(required=True)
    barcode = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    quantity = fields.Integer(required=True, metadata={"description": "Units the order still has"})
    picked = fields.Integer(required=True)


class TaskSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    fulfilment = fields.UUID(required=True)
    number = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(ORDER.statuses), metadata={"example": "placed"}
    )
    promised_at = fields.AwareDateTime(required=True)
    arrived = fields.Boolean(required=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    lines = fields.List(fields.Nested(TaskLineSchema), required=True)


class TaskPageSchema(Schema):
    items = fields.List(fields.Nested(TaskSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CountTaskSchema(Schema):
    id = fields.UUID(required=True)
    sku = fields.String(required=True)
    barcode = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)


class CountTaskListSchema(Schema):
    items = fields.List(fields.Nested(CountTaskSchema), required=True)


class ApprovalSchema(Schema):
    number = fields.String(required=True, validate=STAFF_NUMBER, metadata={"example": "1001"})
    pin = fields.String(required=True, validate=PIN)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Approval:
        return Approval(**data)


class ApprovedRequestSchema(Schema):
    """A request that needs a manager: as the signed-in staff, or as an approval."""

    approval = fields.Nested(
        ApprovalSchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "A manager's number and PIN, and why"},
    )


class SkuQuantitySchema(Schema):
    sku = Code(required=True, validate=sku)
    quantity = fields.Integer(required=True, strict=True, validate=quantity)


class ShortPickSchema(SkuQuantitySchema):
    reason = Line(required=True, validate=validate.Length(1, 200))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> MissingUnits:
        return MissingUnits(**data)


class PicksSchema(Schema):
    lines = fields.List(
        fields.Nested(SkuQuantitySchema), load_default=list, validate=validate.Length(max=400)
    )
    short = fields.List(
        fields.Nested(ShortPickSchema), load_default=list, validate=validate.Length(max=400)
    )


class RestockSchema(Schema):
    lines = fields.List(
        fields.Nested(SkuQuantitySchema),
        validate=validate.Length(1, 400),
        metadata={"description": "What was scanned back; left out: all of it"},
    )


class CountedLineSchema(Schema):
    sku = Code(required=True, validate=sku)
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class StockCountSchema(ApprovedRequestSchema):
    lines = fields.List(
        fields.Nested(CountedLineSchema), required=True, validate=validate.Length(1, 400)
    )


class StockCountResultSchema(Schema):
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    shortfalls = fields.Integer(
        required=True, metadata={"description": "Promised units that are not there"}
    )


class CounterPaymentSchema(Schema):
    method = fields.String(
        required=True, validate=validate.OneOf(["cash", "gift_card", "store_credit"])
    )
    amount = fields.Integer(required=True, strict=True, validate=an_amount)
    tendered = fields.Integer(
        strict=True,
        validate=an_amount,
        metadata={"description": "Cash; left out: the exact amount"},
    )
    card = fields.Nested(
        GiftCardCredentialsSchema, metadata={"description": "A gift card: its code and PIN"}
    )
    account_code = Code(
        validate=validate.Length(10, 10),
        metadata={
            "description": "Store credit: the one-time code that the customer shows in their account",
            "example": "0123456789",
        },
    )

    @validates_schema
    def card_is_shown(self, data: dict[str, Any], **_: Any) -> None:
        if (data["method"] == "gift_card") != ("card" in data):
            raise ValidationError("A gift card, and nothing else, needs its card.", "card")
        if (data["method"] == "store_credit") != ("account_code" in data):
            raise ValidationError(
                "Store credit, and nothing else, needs the customer's code.", "account_code"
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OfferedPayment:
        if data["method"] == "gift_card":
            return GiftCardPayment(data["card"], data["amount"])
        if data["method"] == "store_credit":
            return CreditPayment(data["account_code"], data["amount"])
        return CashPayment(data["amount"], data.get("tendered", data["amount"]))


class HandOverRequestSchema(Schema):
    code = fields.String(
        required=True, validate=validate.Length(1, 32), metadata={"example": "548963"}
    )
    received_by = Line(allow_none=True, load_default=None, validate=validate.Length(1, 200))
    payments = fields.List(
        fields.Nested(CounterPaymentSchema), load_default=list, validate=validate.Length(max=20)
    )


class HandOverResultSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(ORDER.statuses), metadata={"example": "collected"}
    )
    collected_at = fields.AwareDateTime(required=True)
    paid = fields.Integer(required=True, metadata={"example": 990})
    capture_pending = fields.Integer(
        required=True, metadata={"description": "The amount that the provider captures now"}
    )
    change = fields.Integer(required=True, metadata={"example": 10})
    currency = fields.String(required=True)


class StaffOrderLineSchema(Schema):
    sku = fields.String(required=True)
    title = fields.String(required=True)
    quantity = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    total = fields.Integer(required=True)


class StaffFulfilmentSchema(FulfilmentSchema):
    id = fields.UUID(required=True)
    location = fields.String(required=True, metadata={"description": "The code of the store"})


class CashOutstanding(fields.Integer):
    """The amount outstanding, rounded to the coins of the store's country."""

    def __init__(self) -> None:
        payload = "The amount to collect if it is paid in cash: rounded to coins as the store's country does"
        super().__init__(
            required=True,
            dump_only=True,
            attribute="fulfilments",
            metadata={"description": payload, "example": 990},
        )

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> int:  # noqa: ARG002 - theirs
        country = next((one.country for one in value), "")
        chosen = current_app.extensions["ports"].cash_rounding
        return cash_rounding(obj.currency, country, chosen).round(obj.amount_outstanding)


class StaffOrderSchema(Schema):
    number = fields.String(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(ORDER.statuses), metadata={"example": "ready"}
    )
    currency = fields.String(required=True)
    total = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    amount_due = fields.Integer(required=True)
    authorised = fields.Integer(required=True)
    amount_outstanding = fields.Integer(
        required=True, metadata={"description": "The amount to collect at the counter"}
    )
    cash_outstanding = CashOutstanding()
    review_reason = fields.String(
        required=True,
        validate=validate.OneOf(REVIEW_REASONS),
        allow_none=True,
        metadata={"description": "Why the order needs review"},
    )
    payments = fields.List(fields.Nested(OrderPaymentSchema), required=True)
    totals_after_cancellation = fields.Nested(TotalsAfterCancellationSchema, required=True)
    lines = fields.List(fields.Nested(StaffOrderLineSchema), required=True)
    fulfilments = fields.List(fields.Nested(StaffFulfilmentSchema), required=True)
