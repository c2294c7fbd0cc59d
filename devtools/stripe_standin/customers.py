"""Customers, their saved cards, SetupIntents. https://docs.stripe.com/api/setup_intents"""

import secrets

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.cards import CARDS, TOKENS, decline_error, find_card
from devtools.stripe_standin.objects import ApiError, Json, invalid
from devtools.stripe_standin.params import check_names, paginate, text


def create_customer(account: Account, params: Json) -> Json:
    check_names(params, "metadata", "name", "email", "description")
    customer = account.new("customers", name=params.get("name"), email=params.get("email"))
    customer |= {"metadata": params.get("metadata", {}), "description": params.get("description")}
    account.add("customers", customer)
    account.emit("customer.created", customer)
    return customer


def retrieve_customer(account: Account, params: Json, customer_id: str) -> Json:
    check_names(params)
    return account.get("customers", customer_id)


def delete_customer(account: Account, params: Json, customer_id: str) -> Json:
    """Delete a customer and detach their cards. https://docs.stripe.com/api/customers/delete"""
    check_names(params)
    customer = account.get("customers", customer_id)
    for method in account.newest("payment_methods", customer=customer_id):
        _detach(account, method)
    del account.objects["customers"][customer_id]
    account.emit("customer.deleted", customer)
    return {"id": customer_id, "object": "customer", "deleted": True}


def list_cards(account: Account, params: Json, customer_id: str) -> Json:
    check_names(params, "limit", "type", "starting_after")
    account.get("customers", customer_id)
    return paginate(
        account.newest("payment_methods", customer=customer_id),
        params,
        f"/v1/customers/{customer_id}/payment_methods",
    )


def retrieve_method(account: Account, params: Json, method_id: str) -> Json:
    check_names(params)
    return account.get("payment_methods", method_id)


def detach(account: Account, params: Json, method_id: str) -> Json:
    """https://docs.stripe.com/api/payment_methods/detach"""
    check_names(params)
    method = account.get("payment_methods", method_id)
    if method["customer"] is None:
        raise invalid("The payment method is not attached to a customer: it cannot be detached.")
    _detach(account, method)
    return method


def _detach(account: Account, method: Json) -> None:
    """Detach a card. "After a PaymentMethod is detached, it can no longer be used for a payment or
    re-attached"."""
    before = {"customer": method["customer"]}
    method["customer"] = None
    account.emit("payment_method.detached", method, before)


def attach(account: Account, customer_id: str, number: str) -> Json:
    """Save a card for a customer. Each time it is a new one; the fingerprint identifies the same number."""
    digits = find_card(number).number
    method = account.new("payment_methods", customer=customer_id, type="card")
    method["card"] = {
        "brand": "visa",
        "last4": digits[-4:],
        "exp_month": 12,
        "exp_year": 2060,
        "fingerprint": f"fp{digits[-8:]}",
    }
    account.add("payment_methods", method)
    account.emit("payment_method.attached", method)
    return method


def replace_card(account: Account, method: Json, exp_year: int) -> None:
    """Update a card, as its network does after the bank has replaced it."""
    before = {"card": dict(method["card"])}
    method["card"]["exp_year"] = exp_year
    account.emit("payment_method.automatically_updated", method, before)


def card_number(account: Account, method_id: str, customer_id: str | None) -> str:
    """Return the number of the customer's saved card, or of a test card. Raises Stripe's error for other cards."""
    if method_id in TOKENS:
        return TOKENS[method_id]
    method = account.get("payment_methods", method_id)
    if method["customer"] is None or method["customer"] != customer_id:
        raise invalid(
            "The provided PaymentMethod cannot be used: it belongs to another customer, or was detached.",
            "payment_method",
        )
    return next(number for number in CARDS if number.endswith(method["card"]["last4"]))


def create_setup(account: Account, params: Json) -> Json:
    check_names(params, "customer", "usage", "allowed_payment_method_types", "metadata")
    customer = text(params, "customer")
    account.get("customers", customer)
    return new_setup(account, customer, params)


def new_setup(account: Account, customer: str, params: Json) -> Json:
    setup = account.new(
        "setup_intents",
        customer=customer,
        metadata=params.get("metadata", {}),
        payment_method=None,
        payment_method_types=params.get("allowed_payment_method_types", ["card"]),
        status="requires_payment_method",
        usage=params.get("usage", "off_session"),
    )
    setup["client_secret"] = f"{setup['id']}_secret_{secrets.token_hex(12)}"
    account.add("setup_intents", setup)
    account.emit("setup_intent.created", setup)
    return setup


def retrieve_setup(account: Account, params: Json, setup_id: str) -> Json:
    check_names(params, "client_secret")
    return account.get("setup_intents", setup_id)


def confirm_setup(account: Account, params: Json, setup_id: str) -> Json:
    check_names(
        params, "client_secret", "payment_method", "payment_method_data", "return_url", "key"
    )
    setup = account.get("setup_intents", setup_id)
    data = params.get("payment_method_data") or {}
    number = (data.get("card") or {}).get("number") or TOKENS.get(params.get("payment_method", ""))
    if not number:
        raise invalid(
            "Give a payment_method, or payment_method_data with a card.", "payment_method"
        )
    complete_setup(account, setup, number)
    return setup


def complete_setup(account: Account, setup: Json, number: str) -> None:
    """Save the card of a SetupIntent. Raises the decline; another card may follow."""
    if setup["status"] != "requires_payment_method":
        raise ApiError(
            400,
            f"This SetupIntent could not be confirmed because it has a status of {setup['status']}.",
            "setup_intent_unexpected_state",
        )
    chosen = find_card(number)
    if chosen.code:
        account.emit("setup_intent.setup_failed", setup)
        raise decline_error(chosen)
    setup["payment_method"] = attach(account, setup["customer"], number)["id"]
    setup["status"] = "succeeded"
    account.emit("setup_intent.succeeded", setup)
