"""Disputes of payers' banks, their evidence and our answers."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from app.channels.http import paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, actor, allowed
from app.channels.http.responses import json_response, read
from app.channels.http.shop_settings import now
from app.core.payment_processing.disputes import queries
from app.core.payment_processing.disputes.queries import DisputeDetail
from app.core.payment_processing.disputes.submit_evidence import AnswerDispute, answer_dispute
from app.core.payments.kinds import DISPUTE

blueprint = Blueprint(
    "admin-disputes",
    __name__,
    url_prefix="/api/admin/v1",
    description="Disputes and their evidence",
)


class DisputeSearchSchema(paging.PageSchema):
    status = fields.String(load_default=None, validate=validate.OneOf(DISPUTE.statuses))


class DisputeSchema(Schema):
    id = fields.UUID(required=True)
    number = fields.String(required=True, metadata={"description": "Of the order"})
    amount = fields.Integer(required=True)
    currency = fields.String(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(DISPUTE.statuses))
    opened_at = fields.AwareDateTime(required=True)
    evidence_due_by = fields.AwareDateTime(required=True, allow_none=True)
    answering_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the answer began: the evidence says what was known then"},
    )
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class DisputePageSchema(Schema):
    items = fields.List(fields.Nested(DisputeSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class EvidenceLineSchema(Schema):
    title = fields.String(required=True)
    sku = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_price = fields.Integer(required=True)


class HandOverEvidenceSchema(Schema):
    at = fields.String(required=True)
    store = fields.String(required=True)
    device = fields.String(required=True, allow_none=True)
    staff_number = fields.String(required=True, allow_none=True)
    wrong_codes = fields.Integer(
        required=True, metadata={"description": "Tried before the right one"}
    )
    by_another_person = fields.Boolean(
        required=True,
        metadata={"description": "Another person than the shopper collected it, with the code"},
    )


class SentMessageSchema(Schema):
    template = fields.String(required=True)
    channel = fields.String(required=True)
    sent_at = fields.String(required=True)


class EvidenceRefundSchema(Schema):
    amount = fields.Integer(required=True)
    at = fields.String(required=True)


class DisputeEvidenceSchema(Schema):
    number = fields.String(required=True)
    placed_at = fields.AwareDateTime(required=True)
    channel = fields.String(required=True)
    store = fields.String(required=True)
    currency = fields.String(required=True)
    total = fields.Integer(required=True)
    quote_hash = fields.String(required=True)
    terms_version = fields.String(required=True)
    lines = fields.List(fields.Nested(EvidenceLineSchema), required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    hand_over = fields.Nested(HandOverEvidenceSchema, required=True, allow_none=True)
    messages = fields.List(fields.Nested(SentMessageSchema), required=True)
    refunds = fields.List(fields.Nested(EvidenceRefundSchema), required=True)


class DisputeDetailSchema(DisputeSchema):
    evidence = fields.Nested(DisputeEvidenceSchema, required=True)


@blueprint.route("/disputes")
@allowed(MERCHANT, "money.see")
@blueprint.operation("listDisputes")
@blueprint.arguments(DisputeSearchSchema, location="query")
@blueprint.response(200, DisputePageSchema)
def list_disputes(query: dict[str, Any]) -> Response:
    """List disputes, the newest first."""
    before = paging.decode(query.get("cursor"), UUID)
    found = read(queries.disputes, query["status"], before and before[0], query["limit"] + 1)
    return json_response(paging.page(found, query["limit"], "id"), DisputePageSchema)


@blueprint.route("/disputes/<uuid:dispute_id>")
@allowed(MERCHANT, "money.see")
@blueprint.operation("getDispute")
@blueprint.response(200, DisputeDetailSchema)
def get_dispute(dispute_id: UUID) -> Response:
    """Return a dispute with its evidence: as it was submitted, or as it would be submitted now."""
    return json_response(present(read(queries.dispute, dispute_id, now())), DisputeDetailSchema)


@blueprint.route("/disputes/<uuid:dispute_id>/answer", methods=["POST"])
@allowed(MERCHANT, "disputes.change")
@blueprint.operation("answerDispute")
@blueprint.no_idempotency
@blueprint.response(200, DisputeDetailSchema)
def post_answer(dispute_id: UUID) -> Response:
    """Submit the evidence. This can be done once: read it before. A repeat submits the same."""
    runner = current_app.extensions["runner"]
    answer_dispute(runner, AnswerDispute(dispute_id), actor())
    return json_response(present(read(queries.dispute, dispute_id, now())), DisputeDetailSchema)


def present(detail: DisputeDetail) -> dict[str, Any]:
    return {**detail.dispute._asdict(), "evidence": detail.evidence}
