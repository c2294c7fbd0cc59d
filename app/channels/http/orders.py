"""The parts of an order that several channels present."""

from marshmallow import Schema, fields, validate

from app.core.orders.models import FULFILMENT_TYPES
from app.core.orders.statuses import FULFILMENT


class FulfilmentTypeSchema(Schema):
    type = fields.String(required=True, validate=validate.OneOf(FULFILMENT_TYPES))
    status = fields.String(
        required=True, validate=validate.OneOf(FULFILMENT.statuses), metadata={"example": "ready"}
    )


class FulfilmentSchema(FulfilmentTypeSchema):
    pickup_person = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The person whom the shopper sends to collect"},
    )
    ready_by = fields.AwareDateTime(required=True)
    collect_by = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    collected_at = fields.AwareDateTime(required=True, allow_none=True)


class TotalsAfterCancellationSchema(Schema):
    """Totals of an order after cancellations and before credit notes, in minor units."""

    total = fields.Integer(required=True)
    net = fields.Integer(required=True)
    tax = fields.Integer(required=True)
