"""A customer's account: profile, sessions, cart, orders and preferences."""

from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from app.channels.api.carts import present_cart
from app.channels.api.schemas.account import (
    AccountSchema,
    AccountUpdateSchema,
    ContactMethodAddedSchema,
    PasswordUpdateSchema,
    SessionListSchema,
    StoreCreditCodeSchema,
)
from app.channels.api.schemas.carts import CartSchema, OpenCartRequestSchema
from app.channels.api.schemas.orders import OrderSummaryPageSchema, OrderSummaryQuerySchema
from app.channels.api.schemas.sign_in import (
    CodeChallengeSchema,
    CodeVerificationSchema,
    ContactAddressSchema,
)
from app.channels.api.sign_in import given, typed
from app.channels.http import paging, shopper_auth
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import SHOPPER, actor, allowed
from app.channels.http.payment_schemas import StoreCreditListSchema
from app.channels.http.preferences import PreferencesSchema, PreferencesUpdateSchema
from app.channels.http.responses import json_response, perform, perform_without_key, read
from app.channels.http.shop_settings import currency
from app.channels.http.shopper_auth import customer_id
from app.channels.http.throttle import throttled
from app.core.accounts import customer_cart, queries
from app.core.accounts.codes import RequestCode, request_code
from app.core.accounts.customer_cart import OpenCart, open_cart
from app.core.accounts.passwords import SetPassword, set_password
from app.core.accounts.preferences import SetPreferences, load_preferences, set_preferences
from app.core.accounts.profile import SetName, set_name
from app.core.accounts.sessions import EndSession, end_session
from app.core.accounts.verified_addresses import AddContactAddress, add_contact_address
from app.core.carts import cart_view
from app.core.errors import NotFound
from app.core.payment_processing.store_credit_statement import store_credit
from app.core.payments.stored_value.store_credit_codes import (
    CreateStoreCreditCode,
    create_store_credit_code,
)

blueprint = Blueprint(
    "account", __name__, url_prefix="/api/v1/account", description="The account of a shopper"
)


@blueprint.route("")
@allowed(SHOPPER)
@blueprint.operation("getAccount")
@blueprint.response(200, AccountSchema)
def get_account() -> Response:
    """Return the account of the signed-in customer."""
    return json_response(read(queries.profile, customer_id()), AccountSchema)


@blueprint.route("", methods=["PATCH"])
@allowed(SHOPPER)
@blueprint.operation("updateAccount")
@blueprint.arguments(AccountUpdateSchema)
@blueprint.response(200, AccountSchema)
def patch_account(body: dict[str, Any]) -> Response:
    """Change the name."""
    command = SetName(customer_id(), body["name"])
    return perform(set_name, command, AccountSchema, present=account_after)


@blueprint.route("/credit")
@allowed(SHOPPER)
@blueprint.operation("getAccountStoreCredit")
@blueprint.response(200, StoreCreditListSchema)
def get_credit() -> Response:
    """Return the store credit by currency, with its entries."""
    return json_response({"items": read(store_credit, customer_id())}, StoreCreditListSchema)


@blueprint.route("/password", methods=["PUT"])
@allowed(SHOPPER)
@blueprint.operation("setPassword")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(429)
@blueprint.arguments(PasswordUpdateSchema)
@blueprint.response(204)
def put_password(body: dict[str, Any]) -> Response:
    """Set or change the password. All other sessions end."""
    command = SetPassword(customer_id(), shopper_auth.session_id(), **body)
    current_app.extensions["runner"].perform(set_password, command, actor())
    return Response(status=204)


@blueprint.route("/sessions")
@allowed(SHOPPER)
@blueprint.operation("listAccountSessions")
@blueprint.response(200, SessionListSchema)
def get_sessions() -> Response:
    """List the sessions, last used first."""
    now = current_app.extensions["ports"].clock.now()
    items = [
        {**row._asdict(), "current": row.id == shopper_auth.session_id()}
        for row in read(queries.sessions, customer_id(), now)
    ]
    return json_response({"items": items}, SessionListSchema)


@blueprint.route("/sessions/<uuid:session_id>", methods=["DELETE"])
@allowed(SHOPPER)
@blueprint.operation("endAccountSession")
@blueprint.response(204)
def delete_session(session_id: UUID) -> Response:
    """End a session at once."""
    command = EndSession(customer_id(), session_id)
    current_app.extensions["runner"].perform(end_session, command, actor())
    return Response(status=204)


@blueprint.route("/sign-out", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("signOut")
@blueprint.no_idempotency
@blueprint.also_returns(404)
@blueprint.response(204)
def post_sign_out() -> Response:
    """Sign out of this session."""
    command = EndSession(customer_id(), shopper_auth.session_id())
    current_app.extensions["runner"].perform(end_session, command, actor())
    return shopper_auth.with_cookie(Response(status=204), None)


@blueprint.route("/contact-methods", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("requestContactMethod")
@throttled("mails")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(ContactAddressSchema)
@blueprint.response(202, CodeChallengeSchema)
def post_contact_method(body: dict[str, Any]) -> Response:
    """Send a code to another address or number of the customer, within 15 minutes after they signed in."""
    locale = current_app.config["LOCALE"]
    command = RequestCode(
        typed(body), "add_address", locale, customer_id(), shopper_auth.session_id()
    )
    return perform_without_key(request_code, command, CodeChallengeSchema, 202)


@blueprint.route("/contact-methods/verify", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("verifyContactMethod")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(429)
@blueprint.arguments(CodeVerificationSchema)
@blueprint.response(200, ContactMethodAddedSchema)
def post_contact_method_verify(body: dict[str, Any]) -> Response:
    """Add the contact method whose code came back. The customer may then claim guest orders placed with it."""
    claimable = current_app.extensions["runner"].perform(
        add_contact_address, AddContactAddress(customer_id(), given(body)), actor()
    )
    return json_response({"claimable_orders": claimable}, ContactMethodAddedSchema)


@blueprint.route("/store-credit-codes", methods=["POST"])
@allowed(SHOPPER)
@blueprint.operation("createStoreCreditCode")
@blueprint.no_idempotency
@blueprint.response(201, StoreCreditCodeSchema)
def post_store_credit_code() -> Response:
    """Create a one-time code with which the customer pays with their store credit at a counter, within 10 minutes.
    Show it as a QR code, with its digits."""
    command = CreateStoreCreditCode(customer_id())
    return perform_without_key(create_store_credit_code, command, StoreCreditCodeSchema, 201)


@blueprint.route("/cart")
@allowed(SHOPPER)
@blueprint.operation("getAccountCart")
@blueprint.also_returns(404)
@blueprint.response(200, CartSchema)
def get_cart() -> Response:
    """Return the open cart, the same on every device. The account may also call /carts/{id} and all below it."""
    cart_id = read(customer_cart.find, customer_id())
    if cart_id is None:
        raise NotFound("There is no open cart: begin one, PUT /account/cart.")
    now = current_app.extensions["ports"].clock.now()
    return json_response(present_cart(None, read(cart_view.view, cart_id, now)), CartSchema)


@blueprint.route("/cart", methods=["PUT"])
@allowed(SHOPPER)
@blueprint.operation("openAccountCart")
@blueprint.arguments(OpenCartRequestSchema)
@blueprint.response(200, CartSchema)
def put_cart(body: dict[str, Any]) -> Response:
    """Open the cart, or create it, and add the lines of a guest's cart."""
    command = OpenCart(customer_id(), currency(), body["guest"])
    return perform(open_cart, command, CartSchema, present=present_cart)


@blueprint.route("/orders")
@allowed(SHOPPER)
@blueprint.operation("listAccountOrders")
@blueprint.arguments(OrderSummaryQuerySchema, location="query")
@blueprint.response(200, OrderSummaryPageSchema)
def get_orders(query: dict[str, Any]) -> Response:
    """List the orders, newest first. /orders/{number} and all below it need no order token from them."""
    after = paging.decode(query.get("cursor"), paging.moment, UUID)
    found = read(queries.orders, customer_id(), after, query["limit"] + 1)
    items = [row._asdict() for row in found]
    page = paging.page(items, query["limit"], "placed_at", "id")
    return json_response(page, OrderSummaryPageSchema)


@blueprint.route("/preferences")
@allowed(SHOPPER)
@blueprint.operation("getAccountPreferences")
@blueprint.response(200, PreferencesSchema)
def get_preferences() -> Response:
    """Return the stated preferences, and those inferred from orders where none is stated."""
    return json_response(read(load_preferences, customer_id()), PreferencesSchema)


@blueprint.route("/preferences", methods=["PATCH"])
@allowed(SHOPPER)
@blueprint.operation("updateAccountPreferences")
@blueprint.also_returns(404)
@blueprint.arguments(PreferencesUpdateSchema)
@blueprint.response(200, PreferencesSchema)
def patch_preferences(body: dict[str, Any]) -> Response:
    """State preferences."""
    return perform(set_preferences, SetPreferences(customer_id(), body), PreferencesSchema)


def account_after(session: Session, customer: UUID) -> queries.Profile:
    return queries.profile(session, customer)
