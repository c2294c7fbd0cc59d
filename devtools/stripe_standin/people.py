"""Customers, their saved cards, SetupIntents. https://docs.stripe.com/api/setup_intents"""

import secrets

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.cards import TOKENS, card, declined
from devtools.stripe_standin.params import known, text
from devtools.stripe_standin.shapes import Json, invalid, listed


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


def saved_cards(account: Account, params: Json, customer_id: str) -> Json:
    known(params, "limit", "type")
    account.get("customers", customer_id)
    return listed(
        account.newest("payment_methods", customer=customer_id),
        f"/v1/customers/{customer_id}/payment_methods",
    )


def attach(account: Account, customer_id: str, number: str) -> Json:
    """Keep a card for a customer; one that she has is kept once."""
    last4 = card(number).number[-4:]
    for known_one in account.newest("payment_methods", customer=customer_id):
        if known_one["card"]["last4"] == last4:
            return known_one
    made = account.new("payment_methods", customer=customer_id, type="card")
    made["card"] = {"brand": "visa", "last4": last4}
    account.keep("payment_methods", made)
    account.happened("payment_method.attached", made)
    return made


def create_setup(account: Account, params: Json) -> Json:
    known(params, "customer", "usage", "allowed_payment_method_types", "metadata")
    customer = text(params, "customer")
    account.get("customers", customer)
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
    chosen = card(number)
    if chosen.code:
        account.happened("setup_intent.setup_failed", setup)
        raise declined(chosen)
    setup["payment_method"] = attach(account, setup["customer"], number)["id"]
    setup["status"] = "succeeded"
    account.happened("setup_intent.succeeded", setup)
    return setup
