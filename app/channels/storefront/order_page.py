"""/orders/NUMBER: the page that the mails link to."""

from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from app.channels.http import errors, invoice_schemas, origin
from app.channels.http.guards import ORDER_COOKIE, ORDER_PAGE, actor, allowed
from app.channels.http.responses import read
from app.channels.storefront import order_view
from app.config import Settings
from app.core import secret_labels
from app.core.errors import DomainError, Forbidden
from app.core.fulfilment.arrive import Arrive, arrive
from app.core.fulfilment.cancel import CancelOrder, cancel
from app.core.ids import order_number
from app.core.invoicing import queries as invoicing_queries
from app.core.orders.order_details import OrderDetails, order_details
from app.core.orders.pickup import order_token
from app.core.payment_processing.begin_payment import BeginPayment
from app.core.payment_processing.open_payment import open_payment
from app.core.payment_processing.provider_sync.reconcile import refresh_open_session

blueprint = Blueprint("order-page", __name__, template_folder="templates", url_prefix="/orders")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' {live}; form-action 'self' {pages}; base-uri 'none'; frame-ancestors 'none'"
)
COOKIE_DAYS = 60


@blueprint.get("/<number>")
@allowed(ORDER_PAGE)
def page(number: str) -> BaseResponse:
    """Show the status of the order. The token of the link becomes a cookie and leaves the address."""
    if "token" in request.args:
        refresh_open_session(
            current_app.extensions["runner"], number
        )  # the customer may return from paying
        return _with_cookies(redirect(_address(number), 303), number)
    order = read(order_details, _ports().secrets, number)
    return _render(
        "order.html",
        page=order_view.present(order, _ports().clock.now(), _settings().takes_cards),
        documents=order_view.document_links(_documents(order)),
        csrf=_csrf(number),
        live=f"{_live_url()}/live/orders/{number}",
    )


@blueprint.get("/<number>/documents/<uuid:document_id>.pdf")
@allowed(ORDER_PAGE)
def get_document(number: str, document_id: UUID) -> BaseResponse:
    """Return an invoice or a credit note of the order."""
    return invoice_schemas.pdf(read(invoicing_queries.get_document, document_id, number))


@blueprint.post("/<number>/arrived")
@allowed(ORDER_PAGE)
def post_arrived(number: str) -> BaseResponse:
    """Tell the store that the customer has arrived."""
    _check_form(number)
    current_app.extensions["runner"].perform(arrive, Arrive(number), actor())
    return redirect(_address(number), 303)


@blueprint.post("/<number>/cancel")
@allowed(ORDER_PAGE)
def post_cancel(number: str) -> BaseResponse:
    """Cancel the order, unless it is collected."""
    _check_form(number)
    current_app.extensions["runner"].perform(cancel, CancelOrder(number), actor())
    return redirect(_address(number), 303)


@blueprint.post("/<number>/pay")
@allowed(ORDER_PAGE)
def post_pay(number: str) -> BaseResponse:
    """Redirect to the payment provider's page, or back here if nothing is left to pay."""
    _check_form(number)
    runner = current_app.extensions["runner"]
    opened = open_payment(runner, BeginPayment(number, "page"), actor())
    return redirect(opened.url or _address(number), 303)


@blueprint.before_request
def _redirect_to_stored_number() -> BaseResponse | None:
    """Redirect `/orders/k7qx-m3w9t` to `/orders/K7QXM3W9T`: the cookie belongs to that address."""
    arguments = dict(request.view_args or {})
    number = order_number(arguments["number"])
    if number is None or number == arguments["number"] or request.endpoint is None:
        return None
    arguments |= {"number": number, "token": request.args.get("token")}
    return redirect(url_for(request.endpoint, **arguments), 308)


@blueprint.errorhandler(Exception)
def _error_page(error: Exception) -> Response:
    """Return an error as a page, with the same status and log line as in the API."""
    if isinstance(error, DomainError):
        answer = errors.handle_domain_error(error)
    elif isinstance(error, HTTPException):
        answer = errors.handle_http_error(error)
    else:
        answer = errors.handle_database_error(error)
    words = order_view.explain(answer.status_code, answer.get_json())
    known = answer.status_code not in (401, 404)
    number = (request.view_args or {}).get("number") if known else None
    page = _render("order_error.html", answer.status_code, words=words, number=number)
    if "Retry-After" in answer.headers:
        page.headers["Retry-After"] = answer.headers["Retry-After"]
    return page


def _documents(order: OrderDetails) -> list[invoicing_queries.IssuedDocument]:
    if order.status != "collected":
        return []
    documents: list[invoicing_queries.IssuedDocument] = read(
        invoicing_queries.list_order_documents, order.number
    )
    return documents


def _render(template: str, status: int = 200, **variables: Any) -> Response:
    response = Response(render_template(template, **variables), status)
    response.headers["Content-Security-Policy"] = POLICY.format(
        live=_live_url(), pages=_settings().stripe_pages
    )
    # With the stricter no-referrer, browsers send "Origin: null" with our own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _with_cookies(response: BaseResponse, number: str) -> BaseResponse:
    """Set one cookie for the page and one for the live process: cookies do not know ports, so its path differs."""
    for path in (_address(number), f"/live/orders/{number}"):
        response.set_cookie(
            ORDER_COOKIE,
            order_token(_ports().secrets, number),
            path=path,
            max_age=COOKIE_DAYS * 86400,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure or _settings().base_url.startswith("https:"),
        )
    return response


def _check_form(number: str) -> None:
    """Raise Forbidden unless the form is ours: beside the cookie's SameSite, the Origin and a token must be
    right."""
    token = request.form.get("csrf", "").encode()
    ours = origin.is_ours(request.headers.get("Origin"))
    if not ours or not compare_digest(token, _csrf(number).encode()):
        raise Forbidden("This did not come from your order's page: go back to it and try again.")


def _csrf(number: str) -> str:
    token: str = _ports().secrets.token(secret_labels.CSRF, number)
    return token


def _live_url() -> str:
    """Return the address of the live process for this browser: a cookie of 127.0.0.1 is not sent to localhost."""
    settings = _settings()
    host = urlsplit(request.host_url).hostname
    if not settings.live_url and host == "127.0.0.1":
        return f"http://127.0.0.1:{settings.port + 1}"
    return settings.live_base_url


def _address(number: str) -> str:
    return url_for("order-page.page", number=number)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _ports() -> Any:
    return current_app.extensions["ports"]
