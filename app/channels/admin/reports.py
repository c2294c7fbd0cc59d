"""Reports: money by day, and the shifts of the tills."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.fields import Code
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, read
from app.core.orders.money_report import money_report, totals
from app.core.orders.money_report_csv import as_csv
from app.core.payments.drawer.z_report import ZReport, shifts, z_report

blueprint = Blueprint(
    "admin-reports",
    __name__,
    url_prefix="/api/admin/v1",
    description="Report of money, and shifts of tills",
)

LONGEST = 366
"""Days of one report."""


class MoneyReportQuerySchema(Schema):
    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to", metadata={"description": "Included"})
    form = fields.String(
        data_key="format", load_default="json", validate=validate.OneOf(["json", "csv"])
    )

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        first, last = data.get("first"), data.get("last")
        if not (isinstance(first, date) and isinstance(last, date)):
            return
        if not 0 <= (last - first).days < LONGEST or not 2000 <= first.year < 2200:
            raise ValidationError(f"Ask for 1 to {LONGEST} days, the first one first.", "to")


class MoneyTotalsSchema(Schema):
    currency = fields.String(required=True)
    captured = fields.Integer(required=True)
    refunded = fields.Integer(required=True)
    charged_back = fields.Integer(required=True)
    fees = fields.Integer(required=True, metadata={"description": "What the provider kept"})
    rounding = fields.Integer(
        required=True, metadata={"description": "Of cash, for which there are no coins"}
    )
    net = fields.Integer(required=True)


class DailyMoneyTotalsSchema(MoneyTotalsSchema):
    day = fields.Date(required=True, metadata={"description": "By the store's clock"})
    channel = fields.String(required=True, metadata={"description": "Where the order began"})
    store = fields.String(required=True, allow_none=True)
    tender = fields.String(required=True)


class MoneyReportSchema(Schema):
    items = fields.List(fields.Nested(DailyMoneyTotalsSchema), required=True)
    totals = fields.List(fields.Nested(MoneyTotalsSchema), required=True)


class ShiftSearchSchema(paging.PageSchema):
    store = Code(load_default=None, validate=validate.Length(1, 64))


class ShiftSummarySchema(Schema):
    id = fields.UUID(required=True)
    store = fields.String(required=True)
    device = fields.String(required=True)
    currency = fields.String(required=True)
    opening_float = fields.Integer(required=True)
    expected = fields.Integer(required=True)
    counted = fields.Integer(required=True, allow_none=True)
    difference = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Negative: cash is missing"}
    )
    opened_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class ShiftPageSchema(Schema):
    items = fields.List(fields.Nested(ShiftSummarySchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class TenderTotalsSchema(Schema):
    tender = fields.String(required=True)
    captured = fields.Integer(required=True)
    refunded = fields.Integer(required=True)
    net = fields.Integer(required=True)


class CashMovementSchema(Schema):
    amount = fields.Integer(required=True)
    reason = fields.String(required=True)
    occurred_at = fields.String(required=True)


class ZReportSchema(ShiftSummarySchema):
    tenders = fields.List(fields.Nested(TenderTotalsSchema), required=True)
    moves = fields.List(fields.Nested(CashMovementSchema), required=True)


@blueprint.route("/reports/money")
@allowed(MERCHANT, "money.see")
@blueprint.operation("getMoneyReport")
@blueprint.arguments(MoneyReportQuerySchema, location="query")
@blueprint.response(200, MoneyReportSchema)
@blueprint.doc(responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}})
def get_money(query: dict[str, Any]) -> Response:
    """Report captures, refunds and fees by day, channel, store and tender."""
    rows = read(money_report, query["first"], query["last"])
    if query["form"] == "csv":
        return Response(as_csv(rows), mimetype="text/csv")
    items = [asdict(row) for row in rows]
    return json_response({"items": items, "totals": totals(rows)}, MoneyReportSchema)


@blueprint.route("/shifts")
@allowed(MERCHANT, "money.see")
@blueprint.operation("listShifts")
@blueprint.arguments(ShiftSearchSchema, location="query")
@blueprint.response(200, ShiftPageSchema)
def list_shifts(query: dict[str, Any]) -> Response:
    """List shifts, newest first."""
    before = paging.decode(query.get("cursor"), UUID)
    found = read(shifts, query["store"], before and before[0], query["limit"] + 1)
    return json_response(paging.page(found, query["limit"], "id"), ShiftPageSchema)


@blueprint.route("/shifts/<uuid:shift_id>")
@allowed(MERCHANT, "money.see")
@blueprint.operation("getShiftReport")
@blueprint.response(200, ZReportSchema)
def get_shift_report(shift_id: UUID) -> Response:
    """Report the expected and counted cash of a shift, and its payments by tender."""
    report: ZReport = read(z_report, shift_id)
    return json_response(report._asdict() | report.shift._asdict(), ZReportSchema)
