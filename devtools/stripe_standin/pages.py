"""The hosted page, on which a payer enters a card (as on checkout.stripe.com), and the page of the demo bank."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from devtools.stripe_standin import checkout, intents
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.accounts_registry import AccountsRegistry
from devtools.stripe_standin.cards import CARDS
from devtools.stripe_standin.expiries import expire_due
from devtools.stripe_standin.objects import ApiError, Json

pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/pay/static")

WITHOUT_DECIMALS = {"JPY", "KRW", "CLP", "VND", "ISK"}
SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


@pages.get("/pay/<session_id>")
def show(session_id: str) -> Response:
    account, session = _find_session(session_id)
    return _page(account, session) if session["status"] == "open" else _closed(session)


@pages.post("/pay/<session_id>")
def pay(session_id: str) -> AnyResponse:
    account, session = _find_session(session_id)
    try:
        with account.lock:
            if session["status"] != "open":
                return _closed(session)
            if session["mode"] == "setup":
                checkout.save_card(account, session, request.form.get("number", ""))
            else:
                saved = _saved_number(account, session, request.form.get("saved", ""))
                number = saved or request.form.get("number", "")
                checkout.pay(account, session, number, save="save" in request.form)
    except ApiError as error:
        return _page(account, session, error.error["message"])
    finally:
        _registry().save()
    return redirect(session["success_url"], 303)


@pages.get("/bank/<intent_id>")
def show_bank(intent_id: str) -> Response:
    """Show the authentication page of the card's bank. https://docs.stripe.com/payments/3d-secure"""
    _, intent = _awaiting_authentication(intent_id)
    amount = money(intent["amount"], intent["currency"].upper())
    text = render_template("bank.html", intent=intent, amount=amount)
    return _with_policy(text, 200, intent["next_action"]["redirect_to_url"]["return_url"])


@pages.post("/bank/<intent_id>")
def authenticate(intent_id: str) -> AnyResponse:
    account, intent = _awaiting_authentication(intent_id)
    try:
        with account.lock:
            return_url = intents.authenticate(account, intent, yes="yes" in request.form)
    finally:
        _registry().save()
    return redirect(return_url, 303)


def _awaiting_authentication(intent_id: str) -> tuple[Account, Json]:
    account = _registry().find_owner("payment_intents", intent_id)
    intent = account.get("payment_intents", intent_id) if account else {}
    if not account or intent["status"] != "requires_action":
        abort(_with_policy(render_template("closed.html"), 404))
    return account, intent


def _registry() -> AccountsRegistry:
    registry: AccountsRegistry = current_app.config["WORLD"]
    return registry


def _find_session(session_id: str) -> tuple[Account, Json]:
    account = _registry().find_owner("sessions", session_id)
    if not account:
        abort(_with_policy(render_template("closed.html"), 404))
    with account.lock:
        expire_due(account)
        return account, account.get("sessions", session_id)


def _page(account: Account, session: Json, problem: str = "") -> Response:
    options = session["saved_payment_method_options"] or {}
    saved_cards = account.newest("payment_methods", customer=session["customer"])
    text = render_template(
        "pay.html",
        session=session,
        amount=_amount(session),
        problem=problem,
        number=request.form.get("number", "4242 4242 4242 4242"),
        cards=[(grouped(card.number), card.description) for card in CARDS.values()],
        saved_cards=saved_cards if session["customer"] and session["mode"] == "payment" else [],
        may_save=options.get("payment_method_save") == "enabled" and session["customer"],
    )
    return _with_policy(text, 402 if problem else 200, session["success_url"])


def _closed(session: Json) -> Response:
    return _with_policy(render_template("closed.html", shop=session["success_url"]), 410)


def _with_policy(text: str, status: int, shop: str = "") -> Response:
    """Load only our own style sheet. The form may lead back to the shop."""
    response = Response(text, status, mimetype="text/html")
    place = urlsplit(shop)
    origin = f" {place.scheme}://{place.netloc}" if place.netloc else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{origin}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _saved_number(account: Account, session: Json, method_id: str) -> str:
    """Return the number of one of the customer's saved cards, or an empty text."""
    method = account.objects["payment_methods"].get(method_id)
    if not method or not session["customer"] or method["customer"] != session["customer"]:
        return ""
    return next(number for number in CARDS if number.endswith(method["card"]["last4"]))


def _amount(session: Json) -> str:
    """Return the amount to pay; empty if a card is only saved."""
    if session["mode"] == "setup":
        return ""
    return money(session["amount_total"], session["currency"].upper())


def money(amount: int, currency: str) -> str:
    exact = f"{amount:,}" if currency in WITHOUT_DECIMALS else f"{amount / 100:,.2f}"
    sign = SIGNS.get(currency)
    return f"{sign}{exact}" if sign else f"{exact} {currency}"


def grouped(number: str) -> str:
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))
