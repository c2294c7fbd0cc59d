"""What several channels show of an order, and reading it after a use case changed it."""

from typing import Any

from flask import current_app
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from app.channels.http.observe import note_order
from app.core.orders import queries


class PayableSchema(Schema):
    """What an order comes to after cancellations, minor units."""

    total = fields.Integer(required=True)
    net = fields.Integer(required=True)
    tax = fields.Integer(required=True)


def shown_order(session: Session, number: str) -> dict[str, Any]:
    note_order(number)
    return queries.order(session, current_app.extensions["ports"].secrets, number)
