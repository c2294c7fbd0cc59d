"""Checkout Sessions, which payers complete on the hosted page. https://docs.stripe.com/api/checkout/sessions"""

from devtools.stripe_standin import charging, intents
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.customers import attach, complete_setup, new_setup
from devtools.stripe_standin.objects import ApiError, Json, invalid
from devtools.stripe_standin.params import amount, check_names, text

CREATED_WITH = (
    "mode", "line_items", "metadata", "payment_intent_data", "expires_at", "success_url", "cancel_url", "customer",
    "saved_payment_method_options", "allowed_payment_method_types", "client_reference_id", "locale",
)  # fmt: skip
MIN_EXPIRY, MAX_EXPIRY = 30 * 60, 24 * 60 * 60
"""expires_at "can be anywhere from 30 minutes to 24 hours after Checkout Session creation"."""
CLOCK_TOLERANCE = 60
"""Seconds of tolerance: Stripe reads its clock a moment after the caller reads theirs."""


def create(account: Account, params: Json) -> Json:
    """Create a session. Its PaymentIntent is created only when the payer confirms.
    https://docs.stripe.com/changelog/2022-08-01/deferred-paymentintent-checkout-session"""
    check_names(params, *CREATED_WITH)
    if params.get("customer"):
        account.get("customers", params["customer"])
    mode = params.get("mode")
    if mode not in ("payment", "setup"):
        raise invalid("The stand-in has the modes payment and setup only.", "mode")
    session = account.new(
        "sessions",
        cancel_url=params.get("cancel_url"),
        customer=params.get("customer"),
        expires_at=_expires_at(account, params),
        metadata=params.get("metadata", {}),
        mode=mode,
        payment_intent=None,
        saved_payment_method_options=params.get("saved_payment_method_options"),
        status="open",
        success_url=text(params, "success_url"),
        **(_payment_fields(params) if mode == "payment" else _setup_fields(account, params)),
    )
    session["url"] = f"{account.pages}/pay/{session['id']}"
    return account.add("sessions", session)


def _expires_at(account: Account, params: Json) -> int:
    now = account.now()
    expires_at = int(params.get("expires_at", now + MAX_EXPIRY))
    if not MIN_EXPIRY - CLOCK_TOLERANCE <= expires_at - now <= MAX_EXPIRY + CLOCK_TOLERANCE:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            "expires_at",
        )
    return expires_at


def _payment_fields(params: Json) -> Json:
    line = _line(params)
    return {
        "amount_total": amount(line["price_data"], "unit_amount") * amount(line, "quantity"),
        "currency": text(line["price_data"], "currency"),
        "payment_intent_data": params.get("payment_intent_data", {}),
        "payment_status": "unpaid",
        "product": text(line["price_data"].get("product_data", {}), "name"),
        "setup_intent": None,
    }


def _setup_fields(account: Account, params: Json) -> Json:
    """Return the fields of a page that saves a card.
    https://docs.stripe.com/payments/checkout/save-and-reuse?payment-ui=checkout"""
    if params.get("line_items"):
        raise invalid("You cannot pass `line_items` in `setup` mode.", "line_items")
    if not params.get("customer"):
        raise invalid("The stand-in saves cards for customers only.", "customer")
    setup = new_setup(account, params["customer"], {"usage": "off_session"})
    return {
        "amount_total": None,
        "currency": params.get("currency"),
        "payment_intent_data": {},
        "payment_status": "no_payment_required",
        "product": "Save a card",
        "setup_intent": setup["id"],
    }


def _line(params: Json) -> Json:
    lines = params.get("line_items") or []
    if len(lines) != 1 or not isinstance(lines[0].get("price_data"), dict):
        raise invalid("The stand-in accepts one line, with price_data.", "line_items")
    line: Json = lines[0]
    return line


def retrieve(account: Account, params: Json, session_id: str) -> Json:
    check_names(params)
    return account.get("sessions", session_id)


def expire(account: Account, params: Json, session_id: str) -> Json:
    """https://docs.stripe.com/api/checkout/sessions/expire"""
    check_names(params)
    session = account.get("sessions", session_id)
    if session["status"] != "open":
        raise ApiError(
            400,
            f"Only Checkout Sessions with a status of open can be expired: {session['status']}.",
        )
    close(account, session)
    return session


def close(account: Account, session: Json) -> None:
    """Close the session for payments, and cancel the intent that a declined card left open."""
    session |= {"status": "expired", "url": None}
    intent_id = session["payment_intent"]
    intent = account.get("payment_intents", intent_id) if intent_id else None
    if intent and intent["status"] in charging.PAYABLE:
        charging.cancel(account, intent, "expired")
    account.emit("checkout.session.expired", session)


def save_card(account: Account, session: Json, number: str) -> None:
    """Save a card, as the payer does on a page of the mode setup. Raises the decline; another card may follow."""
    if session["status"] != "open":
        raise ApiError(400, "This page is closed.")
    complete_setup(account, account.get("setup_intents", session["setup_intent"]), number)
    session |= {"status": "complete", "url": None}
    account.emit("checkout.session.completed", session)


def pay(account: Account, session: Json, number: str, save: bool = False) -> None:
    """Pay, as the payer does on the page. Raises the decline; another card may follow."""
    if session["status"] != "open":
        raise ApiError(400, "This page is closed.")
    if not session["payment_intent"]:
        data = {**session["payment_intent_data"], "customer": session["customer"]}
        intent = intents.build(account, session["amount_total"], session["currency"], data)
        session["payment_intent"] = intent["id"]
        account.emit("payment_intent.created", intent)
    intent = account.get("payment_intents", session["payment_intent"])
    charging.pay(account, intent, number)
    if save and session["customer"]:
        attach(account, session["customer"], number)
    paid = intent["status"] == "succeeded"
    session |= {
        "status": "complete",
        "url": None,
        "payment_status": "paid" if paid else "unpaid",
    }
    account.emit("checkout.session.completed", session)
