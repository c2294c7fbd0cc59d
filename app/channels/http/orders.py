"""What several channels show of an order."""

from marshmallow import Schema, fields


class TotalsAfterCancellationSchema(Schema):
    """What an order comes to after cancellations and before what was credited, minor units."""

    total = fields.Integer(required=True)
    net = fields.Integer(required=True)
    tax = fields.Integer(required=True)
