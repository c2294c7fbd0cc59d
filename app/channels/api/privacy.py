"""Consents of a shopper, and the processors that receive their data."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from app.channels.http import customer_schemas
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ANYONE, CART, ORDER, allowed
from app.channels.http.responses import json_response, perform, read
from app.core.carts.consents import SetCartConsent, of_cart, set_cart_consent
from app.core.orders.consents import SetOrderConsent, of_order, set_order_consent
from app.core.privacy import processors

blueprint = Blueprint(
    "consents",
    __name__,
    url_prefix="/api/v1",
    description="Consents, and recipients of personal data",
)


class CartConsentInputSchema(customer_schemas.ConsentInputSchema):
    email = fields.Email(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=254),
        metadata={"description": "Whose; needed where the cart knows no address yet"},
    )


class DataRecipientSchema(Schema):
    name = fields.String(required=True, metadata={"example": "Stripe"})
    purpose = fields.String(required=True)
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields", required=True)
    basis = fields.String(required=True, metadata={"description": "In law"})
    when = fields.String(required=True, metadata={"description": "The setting that names it"})


class DataRecipientListSchema(Schema):
    items = fields.List(fields.Nested(DataRecipientSchema), required=True)


@blueprint.route("/orders/<number>/consents")
@allowed(ORDER)
@blueprint.operation("listOrderConsents")
@blueprint.response(200, customer_schemas.ConsentListSchema)
def get_order_consents(number: str) -> Response:
    """List the latest consent of the order's contact by purpose and channel."""
    return json_response({"items": read(of_order, number)}, customer_schemas.ConsentListSchema)


@blueprint.route("/orders/<number>/consents", methods=["PUT"])
@allowed(ORDER)
@blueprint.operation("setOrderConsent")
@blueprint.arguments(customer_schemas.ConsentInputSchema)
@blueprint.response(200, customer_schemas.ConsentListSchema)
def put_order_consent(body: dict[str, Any], number: str) -> Response:
    """Give or withdraw a consent."""
    command = SetOrderConsent(number, customer_schemas.statement(body, "order"))
    return perform(
        set_order_consent,
        command,
        customer_schemas.ConsentListSchema,
        present=present_order_consents,
    )


@blueprint.route("/carts/<uuid:cart_id>/consents", methods=["PUT"])
@allowed(CART)
@blueprint.operation("setCartConsent")
@blueprint.arguments(CartConsentInputSchema)
@blueprint.response(200, customer_schemas.ConsentListSchema)
def put_cart_consent(body: dict[str, Any], cart_id: UUID) -> Response:
    """Give or withdraw a consent before there is an order, for example for the newsletter."""
    command = SetCartConsent(cart_id, body["email"], customer_schemas.statement(body, "cart"))
    return perform(
        set_cart_consent, command, customer_schemas.ConsentListSchema, present=present_cart_consents
    )


@blueprint.route("/recipients")
@allowed(ANYONE)
@blueprint.operation("listDataRecipients")
@blueprint.response(200, DataRecipientListSchema)
def get_recipients() -> Response:
    """List the processors that receive personal data, and which data."""
    return json_response({"items": processors.public_register()}, DataRecipientListSchema)


def present_order_consents(session: Session, number: str) -> dict[str, Any]:
    return {"items": of_order(session, number)}


def present_cart_consents(session: Session, cart_id: UUID) -> dict[str, Any]:
    return {"items": of_cart(session, cart_id)}
