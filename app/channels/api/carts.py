"""A cart, from the first item to the order."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.channels.api.schemas.carts import CartSchema, FulfilmentChoiceSchema, LineQuantitySchema
from app.channels.api.schemas.catalogue import CurrencySchema
from app.channels.api.schemas.checkout import CheckoutSchema, PlacedOrderSchema
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ANYONE, CART, allowed
from app.channels.http.metrics import note_order
from app.channels.http.quotes import PriceBreakdownSchema, SignedQuoteSchema
from app.channels.http.responses import json_response, perform, read
from app.channels.http.shop_settings import currency
from app.channels.http.throttle import throttled
from app.core.carts import cart_view
from app.core.carts.cart import (
    CreateCart,
    SetFulfilment,
    SetLine,
    create_cart,
    set_fulfilment,
    set_line,
)
from app.core.carts.cart_view import CartView
from app.core.carts.coupons import SetCoupon, set_coupon
from app.core.carts.sql import PricedLine
from app.core.checkout.place_order import PlacedOrder, PlaceOrder, place_order
from app.core.checkout.sign_quote import SignQuote, sign_quote
from app.core.orders.pickup import cart_token
from app.core.orders.statuses import FULFILMENT_STATUS
from app.core.pricing.engine import quote_tokens
from app.core.pricing.signed_quotes import BindingQuote

blueprint = Blueprint(
    "carts", __name__, url_prefix="/api/v1", description="Carts, quotes and checkout"
)


@blueprint.route("/carts", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("createCart")
@throttled("carts")
@blueprint.also_returns(429)
@blueprint.arguments(CurrencySchema, location="query")
@blueprint.response(201, CartSchema)
def post_cart(query: dict[str, Any]) -> Response:
    """Create a cart. All other calls need the token that this response returns."""
    command = CreateCart(currency(query["currency"]))
    return perform(create_cart, command, CartSchema, 201, present=cart_with_token)


@blueprint.route("/carts/<uuid:cart_id>")
@allowed(CART)
@blueprint.operation("getCart")
@blueprint.response(200, CartSchema)
def get_cart(cart_id: UUID) -> Response:
    """Return the cart with its current quote."""
    cart = read(cart_view.view, cart_id, current_app.extensions["ports"].clock.now())
    return json_response(present_cart(None, cart), CartSchema)


@blueprint.route("/carts/<uuid:cart_id>/price-breakdown")
@allowed(CART)
@blueprint.operation("explainCartPrice")
@blueprint.response(200, PriceBreakdownSchema)
def get_cart_explanation(cart_id: UUID) -> Response:
    """Explain the cart's quote in words: each step that leads to the total."""
    now = current_app.extensions["ports"].clock.now()
    return json_response(read(cart_view.explain_quote, cart_id, now), PriceBreakdownSchema)


@blueprint.route("/carts/<uuid:cart_id>/lines/<sku>", methods=["PUT"])
@allowed(CART)
@blueprint.operation("setCartLine")
@blueprint.arguments(LineQuantitySchema)
@blueprint.response(200, CartSchema)
def put_line(body: dict[str, Any], cart_id: UUID, sku: str) -> Response:
    """Set the quantity of an item; 0 removes it."""
    return perform(
        set_line, SetLine(cart_id, sku, body["quantity"]), CartSchema, present=present_cart
    )


@blueprint.route("/carts/<uuid:cart_id>/fulfilment", methods=["PUT"])
@allowed(CART)
@blueprint.operation("setCartFulfilment")
@blueprint.arguments(FulfilmentChoiceSchema)
@blueprint.response(200, CartSchema)
def put_fulfilment(body: dict[str, Any], cart_id: UUID) -> Response:
    """Choose the store to collect at."""
    return perform(
        set_fulfilment,
        SetFulfilment(cart_id, body["type"], body["location"]),
        CartSchema,
        present=present_cart,
    )


@blueprint.route("/carts/<uuid:cart_id>/coupons/<code>", methods=["PUT"])
@allowed(CART)
@blueprint.operation("applyCoupon")
@blueprint.also_returns(429)
@blueprint.response(200, CartSchema)
def put_coupon(cart_id: UUID, code: str) -> Response:
    """Add a coupon. It is redeemed only when the order is placed."""
    return perform(set_coupon, SetCoupon(cart_id, code), CartSchema, present=present_cart)


@blueprint.route("/carts/<uuid:cart_id>/coupons/<code>", methods=["DELETE"])
@allowed(CART)
@blueprint.operation("removeCoupon")
@blueprint.response(200, CartSchema)
def delete_coupon(cart_id: UUID, code: str) -> Response:
    """Remove a coupon."""
    return perform(
        set_coupon, SetCoupon(cart_id, code, active=False), CartSchema, present=present_cart
    )


@blueprint.route("/carts/<uuid:cart_id>/quote", methods=["POST"])
@allowed(CART)
@blueprint.operation("signQuote")
@blueprint.also_returns(429)
@blueprint.response(201, SignedQuoteSchema)
def post_quote(cart_id: UUID) -> Response:
    """Sign a quote of these lines: its prices hold for some minutes on every channel. It reserves no goods."""
    command = SignQuote(cart_id, timedelta(minutes=current_app.config["QUOTE_MINUTES"]))
    return perform(sign_quote, command, SignedQuoteSchema, 201, present=present_signed_quote)


@blueprint.route("/carts/<uuid:cart_id>/checkout", methods=["POST"])
@allowed(CART)
@blueprint.operation("placeOrder")
@throttled("checkout")
@blueprint.requires_idempotency_key
@blueprint.also_returns(429)
@blueprint.arguments(CheckoutSchema)
@blueprint.response(201, PlacedOrderSchema)
def post_checkout(body: dict[str, Any], cart_id: UUID) -> Response:
    """Place the order. The store reserves the goods until they are collected."""
    command = PlaceOrder(
        cart_id=cart_id,
        expected_total=body["expected_total"],
        contact=body["contact"],
        pickup_person_name=body["pickup_person"] and body["pickup_person"]["name"],
        locale=current_app.config["LOCALE"],
        terms_version=current_app.config["TERMS_VERSION"],
        signed_quote=body["quote"],
        payment_plan=body["payment"],
        bill_to=body["billing"],
    )
    return perform(place_order, command, PlacedOrderSchema, 201, present=present_placed_order)


def present_signed_quote(_: Session | None, promised: BindingQuote) -> dict[str, Any]:
    return {
        "token": str(promised.token),
        "expires_at": promised.expires_at,
        "quote": promised.quote,
        "qr": quote_tokens.qr_text(promised.token, promised.quote.facts),
    }


def present_cart(_: Session | None, cart: CartView) -> dict[str, Any]:
    fulfilment = {"type": cart.type, "location": cart.location} if cart.type else None
    return {
        "id": cart.id,
        "currency": cart.currency,
        "lines": [present_line(line, cart) for line in cart.lines],
        "coupons": cart.coupons,
        "fulfilment": fulfilment,
        "quote": cart.quote,
    }


def present_line(line: PricedLine, cart: CartView) -> dict[str, Any]:
    available = max(line.available or 0, 0) if cart.location else None
    reduced = line.listed["reduced"] if line.listed else line.reduced
    return {
        **line._asdict(), "available_for_sale": line.available_for_sale, "available": available,
        **(reduced or {}),
    }  # fmt: skip


def cart_with_token(session: Session, cart: CartView) -> dict[str, Any]:
    secrets = current_app.extensions["ports"].secrets
    return {**present_cart(session, cart), "token": cart_token(secrets, cart.id)}


def present_placed_order(_: Session, placed: PlacedOrder) -> dict[str, Any]:
    order, quote = placed.order, placed.order.quote
    note_order(order.number)
    return {
        "number": order.number, "token": placed.token, "status": order.status, "currency": quote.currency,
        "total": quote.total, "net": quote.net, "tax": quote.tax, "amount_due": quote.total,
        "amount_outstanding": placed.amount_outstanding, "pay_by": order.pay_by,
        "quote_hash": quote.hash, "placed_at": order.placed_at,
        "fulfilments": [{
            "type": "pickup", "status": FULFILMENT_STATUS[order.status],
            "location": placed.store_code, "name": placed.store_name, "code": placed.pickup_code,
            "ready_by": order.promise.ready_by, "collect_by": order.promise.collect_by,
        }],
    }  # fmt: skip
