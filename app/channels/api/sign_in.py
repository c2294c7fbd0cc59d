"""Sign-in to an account. No response reveals whether an address has an account."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, current_app, request

from app.channels.api.schemas.passkeys import PasskeyOptionsSchema
from app.channels.api.schemas.sign_in import (
    CodeChallengeSchema,
    CodeRequestSchema,
    RefreshRequestSchema,
    ResetPasswordSchema,
    SignInByCodeSchema,
    SignInByPasskeySchema,
    SignInByPasswordSchema,
    SignInResultSchema,
    TokensSchema,
)
from app.channels.http import shopper_auth
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ANYONE, actor, allowed
from app.channels.http.responses import json_response, perform_without_key
from app.channels.http.throttle import throttled
from app.core.accounts.codes import CodeInput, RequestCode, request_code
from app.core.accounts.contact_address import ContactAddressInput
from app.core.accounts.passkeys import BeginPasskey, begin_passkey
from app.core.accounts.passwords import ResetPassword, reset_password
from app.core.accounts.refresh_tokens import RefreshTokens, refresh_tokens
from app.core.accounts.sessions import SESSION_LIFETIME, SignedIn, Visitor
from app.core.accounts.sign_in import (
    SignInByCode,
    SignInByPasskey,
    SignInByPassword,
    sign_in_by_code,
    sign_in_by_passkey,
    sign_in_by_password,
)

blueprint = Blueprint(
    "sign-in", __name__, url_prefix="/api/v1/account", description="Sign-in and sign-up of shoppers"
)


@blueprint.route("/codes", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("requestCode")
@throttled("mails")
@blueprint.no_idempotency
@blueprint.also_returns(429)
@blueprint.arguments(CodeRequestSchema)
@blueprint.response(202, CodeChallengeSchema)
def post_code(body: dict[str, Any]) -> Response:
    """Send a code to an email address or phone number: to sign in or up, or for a new password."""
    command = RequestCode(typed(body), body["purpose"], current_app.config["LOCALE"])
    return perform_without_key(request_code, command, CodeChallengeSchema, 202)


@blueprint.route("/sign-in/code", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("signInByCode")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(SignInByCodeSchema)
@blueprint.response(200, SignInResultSchema)
def post_sign_in_by_code(body: dict[str, Any]) -> Response:
    """Sign in with the code that was sent. An address without an account gets one."""
    command = SignInByCode(given(body), visitor(body), body["name"], body["password"])
    return signed_in(sign_in_by_code, command)


@blueprint.route("/sign-in/password", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("signInByPassword")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(SignInByPasswordSchema)
@blueprint.response(200, SignInResultSchema)
def post_sign_in_by_password(body: dict[str, Any]) -> Response:
    """Sign in with address and password."""
    command = SignInByPassword(typed(body), body["password"], visitor(body))
    return signed_in(sign_in_by_password, command)


@blueprint.route("/sign-in/passkey/options", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("getPasskeySignInOptions")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(429)
@blueprint.response(200, PasskeyOptionsSchema)
def post_passkey_options() -> Response:
    """Return the options of navigator.credentials.get()."""
    return perform_without_key(begin_passkey, BeginPasskey(None), PasskeyOptionsSchema)


@blueprint.route("/sign-in/passkey", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("signInByPasskey")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(SignInByPasskeySchema)
@blueprint.response(200, SignInResultSchema)
def post_sign_in_by_passkey(body: dict[str, Any]) -> Response:
    """Sign in with the result of navigator.credentials.get()."""
    command = SignInByPasskey(body["challenge"], body["credential"], visitor(body))
    return signed_in(sign_in_by_passkey, command)


@blueprint.route("/password-reset", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("resetPassword")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(403, 429)
@blueprint.arguments(ResetPasswordSchema)
@blueprint.response(200, SignInResultSchema)
def post_password_reset(body: dict[str, Any]) -> Response:
    """Set a new password with the code that was sent for it. All other sessions end."""
    return signed_in(reset_password, ResetPassword(given(body), body["password"], visitor(body)))


@blueprint.route("/refresh", methods=["POST"])
@allowed(ANYONE)
@blueprint.operation("refreshTokens")
@throttled("sign_in")
@blueprint.no_idempotency
@blueprint.also_returns(401, 429)
@blueprint.arguments(RefreshRequestSchema)
@blueprint.response(200, TokensSchema)
def post_refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for new tokens. Each works once; a second use ends the session."""
    return perform_without_key(refresh_tokens, RefreshTokens(**body), TokensSchema)


def signed_in(use_case: Callable[..., Any], command: Any) -> Response:
    """Return the response to a sign-in: a cookie that scripts cannot read for the web shop, tokens for others."""
    caller = actor()
    browser = caller.sales_channel == "web"
    if browser and "Origin" in request.headers:
        shopper_auth.require_own_origin(request.headers["Origin"])
    opened: SignedIn = current_app.extensions["runner"].perform(use_case, command, caller)
    if not browser:
        return json_response(opened, SignInResultSchema)
    answer = json_response(replace(opened, tokens=None), SignInResultSchema)
    return shopper_auth.with_cookie(
        answer, opened.session_id, int(SESSION_LIFETIME.total_seconds())
    )


def typed(body: dict[str, Any]) -> ContactAddressInput:
    return ContactAddressInput(body.get("email"), body.get("phone"))


def given(body: dict[str, Any]) -> CodeInput:
    return CodeInput(body["challenge"], body["code"])


def visitor(body: dict[str, Any]) -> Visitor:
    name = body["device_name"] or request.user_agent.string[:100]
    return Visitor(body["cart"], body["device"], "".join(c for c in name if c.isprintable()))
