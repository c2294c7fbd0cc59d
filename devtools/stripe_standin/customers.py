"""Customers, their saved cards, SetupIntents. https://docs.stripe.com/api/setup_intents"""

import secrets

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.cards import CARDS, TOKENS, card, declined
from devtools.stripe_standin.objects import ApiError, Json, invalid
from devtools.stripe_standin.params import known, page, text


def create_customer(account: Account, params: Json) -> Json:
    known(params, "metadata", "name", "email", "description")
    made = account.new("customers", name=params.get("name"), email=params.get("email"))
    made |= {"metadata": params.get("metadata", {}), "description": params.get("description")}
    account.keep("customers", made)
    account.happened("customer.created", made)
    return made


def retrieve_customer(account: Account, params: Json, customer_id: str) -> Json:
    known(params)
    return account.get("customers", customer_id)


def delete_customer(account: Account, params: Json, customer_id: str) -> Json:
    """https://docs.stripe.com/api/customers/delete: nothing can be kept for it any more, nor what was."""
    known(params)
    gone = account.get("customers", customer_id)
    for method in account.newest("payment_methods", customer=customer_id):
        let_go(account, method)
    del account.things["customers"][customer_id]
    account.happened("customer.deleted", gone)
    return {"id": customer_id, "object": "customer", "deleted": True}


def saved_cards(account: Account, params: Json, customer_id: str) -> Json:
    known(params, "limit", "type", "starting_after")
    account.get("customers", customer_id)
    return page(
        account.newest("payment_methods", customer=customer_id),
        params,
        f"/v1/customers/{customer_id}/payment_methods",
    )


def retrieve_method(account: Account, params: Json, method_id: str) -> Json:
    known(params)
    return account.get("payment_methods", method_id)


def detach(account: Account, params: Json, method_id: str) -> Json:
    """https://docs.stripe.com/api/payment_methods/detach"""
    known(params)
    method = account.get("payment_methods", method_id)
    if method["customer"] is None:
        raise invalid("The payment method is not attached to a customer: it cannot be detached.")
    let_go(account, method)
    return method


def let_go(account: Account, method: Json) -> None:
    """For good: "After a PaymentMethod is detached, it can no longer be used for a payment or re-attached"."""
    before = {"customer": method["customer"]}
    method["customer"] = None
    account.happened("payment_method.detached", method, before)


def attach(account: Account, customer_id: str, number: str) -> Json:
    """Keep a card for a customer: each time another one, by whose fingerprint one tells the same number."""
    digits = card(number).number
    made = account.new("payment_methods", customer=customer_id, type="card")
    made["card"] = {
        "brand": "visa",
        "last4": digits[-4:],
        "exp_month": 12,
        "exp_year": 2060,
        "fingerprint": f"fp{digits[-8:]}",
    }
    account.keep("payment_methods", made)
    account.happened("payment_method.attached", made)
    return made


def renew(account: Account, method: Json, exp_year: int) -> None:
    """As its network does when the bank sends a new card."""
    before = {"card": dict(method["card"])}
    method["card"]["exp_year"] = exp_year
    account.happened("payment_method.automatically_updated", method, before)


def number_of(account: Account, method_id: str, customer_id: str | None) -> str:
    """The number of a card kept for the customer, or of a test card. Raises what Stripe says of the card of
    another."""
    if method_id in TOKENS:
        return TOKENS[method_id]
    method = account.get("payment_methods", method_id)
    if method["customer"] is None or method["customer"] != customer_id:
        raise invalid(
            "The provided PaymentMethod cannot be used: it belongs to another customer, or to none any more.",
            "payment_method",
        )
    return next(number for number in CARDS if number.endswith(method["card"]["last4"]))


def create_setup(account: Account, params: Json) -> Json:
    known(params, "customer", "usage", "allowed_payment_method_types", "metadata")
    customer = text(params, "customer")
    account.get("customers", customer)
    return new_setup(account, customer, params)


def new_setup(account: Account, customer: str, params: Json) -> Json:
    made = account.new(
        "setup_intents",
        customer=customer,
        metadata=params.get("metadata", {}),
        payment_method=None,
        payment_method_types=params.get("allowed_payment_method_types", ["card"]),
        status="requires_payment_method",
        usage=params.get("usage", "off_session"),
    )
    made["client_secret"] = f"{made['id']}_secret_{secrets.token_hex(12)}"
    account.keep("setup_intents", made)
    account.happened("setup_intent.created", made)
    return made


def retrieve_setup(account: Account, params: Json, setup_id: str) -> Json:
    known(params, "client_secret")
    return account.get("setup_intents", setup_id)


def confirm_setup(account: Account, params: Json, setup_id: str) -> Json:
    known(params, "client_secret", "payment_method", "payment_method_data", "return_url", "key")
    setup = account.get("setup_intents", setup_id)
    data = params.get("payment_method_data") or {}
    number = (data.get("card") or {}).get("number") or TOKENS.get(params.get("payment_method", ""))
    if not number:
        raise invalid(
            "Give a payment_method, or payment_method_data with a card.", "payment_method"
        )
    set_up(account, setup, number)
    return setup


def set_up(account: Account, setup: Json, number: str) -> None:
    """The card is kept. Raises the decline: she may try another one."""
    if setup["status"] != "requires_payment_method":
        raise ApiError(
            400,
            f"This SetupIntent could not be confirmed because it has a status of {setup['status']}.",
            "setup_intent_unexpected_state",
        )
    chosen = card(number)
    if chosen.code:
        account.happened("setup_intent.setup_failed", setup)
        raise declined(chosen)
    setup["payment_method"] = attach(account, setup["customer"], number)["id"]
    setup["status"] = "succeeded"
    account.happened("setup_intent.succeeded", setup)
