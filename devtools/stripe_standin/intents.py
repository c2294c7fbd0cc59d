"""PaymentIntents. https://docs.stripe.com/api/payment_intents"""

import secrets

from devtools.stripe_standin import charging
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.cards import AUTHENTICATION_REQUIRED
from devtools.stripe_standin.customers import attach, card_number
from devtools.stripe_standin.objects import ApiError, Json, invalid
from devtools.stripe_standin.params import amount, check_names, paginate, text

CREATED_WITH = (
    "amount", "currency", "capture_method", "allowed_payment_method_types", "metadata", "description", "customer",
    "setup_future_usage", "automatic_payment_methods",
)  # fmt: skip


def create(account: Account, params: Json) -> Json:
    check_names(params, *CREATED_WITH)
    if params.get("customer"):
        account.get("customers", params["customer"])
    intent = build(account, amount(params, "amount"), text(params, "currency"), params)
    account.emit("payment_intent.created", intent)
    return intent


def build(account: Account, total: int, currency: str, params: Json) -> Json:
    if currency != currency.lower() or len(currency) != 3:
        raise invalid(f"Invalid currency: {currency}", "currency")
    intent = account.new(
        "payment_intents",
        amount=total,
        amount_capturable=0,
        amount_received=0,
        canceled_at=None,
        cancellation_reason=None,
        capture_method=params.get("capture_method", "automatic_async"),
        currency=currency,
        customer=params.get("customer"),
        description=params.get("description"),
        last_payment_error=None,
        latest_charge=None,
        metadata=params.get("metadata", {}),
        next_action=None,
        payment_method_types=params.get("allowed_payment_method_types", ["card"]),
        setup_future_usage=params.get("setup_future_usage"),
        status="requires_payment_method",
    )
    intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(12)}"
    return account.add("payment_intents", intent)


def retrieve(account: Account, params: Json, intent_id: str) -> Json:
    check_names(params, "client_secret")
    return account.get("payment_intents", intent_id)


def list_all(account: Account, params: Json) -> Json:
    """List intents, newest first, from `created[gte]` on, in pages."""
    check_names(params, "created", "customer", "limit", "starting_after", "ending_before")
    intents = account.newest("payment_intents")
    since = int((params.get("created") or {}).get("gte", 0))
    return paginate(
        [one for one in intents if one["created"] >= since], params, "/v1/payment_intents"
    )


def confirm(account: Account, params: Json, intent_id: str) -> Json:
    """Confirm an intent with the number of a test card, one of Stripe's test payment methods, or a saved card.

    An app calls it with the client secret and the publishable key, the shop with a saved card of the customer. If
    the bank requires authentication, the payer must visit its page.
    https://docs.stripe.com/testing?testing-method=payment-methods
    """
    check_names(
        params, "client_secret", "payment_method", "payment_method_data", "return_url", "key"
    )
    intent = account.get("payment_intents", intent_id)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
        raise charging.unexpected_state(intent, "confirmed")
    data = params.get("payment_method_data") or {}
    number, method = (data.get("card") or {}).get("number"), params.get("payment_method", "")
    if method:
        number = card_number(account, method, intent["customer"])
    if not number:
        raise invalid(
            "Give a payment_method, or payment_method_data with a card.", "payment_method"
        )
    if method and number == AUTHENTICATION_REQUIRED:
        require_authentication(account, intent, text(params, "return_url"))
    else:
        charging.pay(account, intent, number)
        save_card_if_requested(account, intent, number)
    return intent


def require_authentication(account: Account, intent: Json, return_url: str) -> None:
    """https://docs.stripe.com/payments/paymentintents/lifecycle"""
    url = f"{account.pages}/bank/{intent['id']}"
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": return_url}}
    intent |= {"status": "requires_action", "next_action": action}
    account.emit("payment_intent.requires_action", intent)


def authenticate(account: Account, intent: Json, yes: bool) -> str:
    """Confirm or refuse the authentication; return the address that the payer returns to."""
    if intent["status"] != "requires_action":
        raise charging.unexpected_state(intent, "authenticated")
    return_url: str = intent["next_action"]["redirect_to_url"]["return_url"]
    intent["next_action"] = None
    if yes:
        charging.pay(account, intent, AUTHENTICATION_REQUIRED)
        save_card_if_requested(account, intent, AUTHENTICATION_REQUIRED)
    else:
        charging.record_decline(account, intent, authentication_error(), "card")
    return return_url


def authentication_error() -> ApiError:
    words = "We are unable to authenticate your payment method. Please choose a different one."
    return ApiError(402, words, "payment_intent_authentication_failure", kind="card_error")


def save_card_if_requested(account: Account, intent: Json, number: str) -> None:
    """Save the card if the intent was created with this option."""
    if intent["customer"] and intent["setup_future_usage"]:
        attach(account, intent["customer"], number)


def capture(account: Account, params: Json, intent_id: str) -> Json:
    check_names(params, "amount_to_capture", "metadata")
    intent = account.get("payment_intents", intent_id)
    if intent["status"] != "requires_capture":
        raise charging.unexpected_state(intent, "captured")
    wanted = intent["amount_capturable"]
    if "amount_to_capture" in params:
        wanted = amount(params, "amount_to_capture")
    if wanted > intent["amount_capturable"]:
        raise ApiError(
            400,
            f"The remaining amount eligible to be captured is {intent['amount_capturable']}.",
            "amount_too_large",
            param="amount_to_capture",
        )
    charging.capture(account, intent, wanted)
    return intent


def cancel(account: Account, params: Json, intent_id: str) -> Json:
    """Cancel an intent; that of a Checkout Session "only when the PaymentIntent has a status of requires_capture.
    Otherwise, you must expire the Checkout Session". https://docs.stripe.com/api/payment_intents/cancel"""
    check_names(params, "cancellation_reason")
    intent = account.get("payment_intents", intent_id)
    if intent["status"] not in charging.PAYABLE | {"requires_capture"}:
        raise charging.unexpected_state(intent, "canceled")
    if intent["status"] != "requires_capture" and account.newest(
        "sessions", payment_intent=intent_id, status="open"
    ):
        raise ApiError(400, "This PaymentIntent belongs to a Checkout Session: expire that.")
    charging.cancel(account, intent, params.get("cancellation_reason"))
    return intent
