"""Commands of tests and developers to an account, not of shops: POST /_control/<account>/…, JSON both ways."""

import time
from collections.abc import Callable
from copy import deepcopy

from flask import Blueprint, Response, current_app, jsonify, request

from devtools.stripe_standin import (
    charging,
    checkout,
    customers,
    intents,
    refunds,
    terminal,
    webhooks,
)
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.accounts_registry import AccountsRegistry
from devtools.stripe_standin.calls import CALLS
from devtools.stripe_standin.expiries import expire_due
from devtools.stripe_standin.objects import ApiError, Json

control = Blueprint("control", __name__, url_prefix="/_control")


def add_fault(account: Account, given: Json) -> Json:
    account.faults.add(given)
    return {}


def clear_faults(account: Account, _: Json) -> Json:
    account.faults.clear()
    return {}


def switch(account: Account, given: Json) -> Json:
    account.switch(given)
    return account.switches


def set_clock(account: Account, given: Json) -> Json:
    """Set the clock. `fixed`: seconds since 1970, null for the machine's time; `ahead`: seconds added to it."""
    account.clock |= {name: given[name] for name in ("fixed", "ahead") if name in given}
    return {"now": account.now()}


def pay(account: Account, given: Json) -> Json:
    """Pay without a browser: on a page or, with an intent, in the app. Return the decline, if there is one."""
    number = given.get("number", "4242424242424242")
    try:
        if given["id"].startswith("cs_"):
            checkout.pay(
                account, account.get("sessions", given["id"]), number, given.get("save", False)
            )
        else:
            charging.pay(account, account.get("payment_intents", given["id"]), number)
    except ApiError as error:
        if error.status != 402:
            raise
        return {"declined": error.error}
    return {"declined": None}


def save_card(account: Account, given: Json) -> Json:
    """Save a card without a browser: on a page or, with a SetupIntent, in the app."""
    number = given.get("number", "4242424242424242")
    try:
        if given["id"].startswith("cs_"):
            checkout.save_card(account, account.get("sessions", given["id"]), number)
        else:
            customers.complete_setup(account, account.get("setup_intents", given["id"]), number)
    except ApiError as error:
        if error.status != 402:
            raise
        return {"declined": error.error}
    return {"declined": None}


def authenticate(account: Account, given: Json) -> Json:
    intent = account.get("payment_intents", given["payment_intent"])
    return {"return_url": intents.authenticate(account, intent, given["yes"])}


def replace_card(account: Account, given: Json) -> Json:
    customers.replace_card(
        account, account.get("payment_methods", given["payment_method"]), given["exp_year"]
    )
    return {}


def present(account: Account, given: Json) -> Json:
    reader = account.get("readers", given["reader"])
    return terminal.present(account, reader, given.get("number", "4242424242424242"))


def complete_refund(account: Account, given: Json) -> Json:
    refund = account.get("refunds", given["id"])
    refunds.complete(account, refund, given["status"])
    return refund


def open_dispute(account: Account, given: Json) -> Json:
    intent = account.get("payment_intents", given["payment_intent"])
    amount = int(given.get("amount") or intent["amount_received"])
    return charging.dispute(account, intent, amount, given.get("reason", "fraudulent"))


def close_dispute(account: Account, given: Json) -> Json:
    dispute = account.get("disputes", given["id"])
    refunds.close_dispute(account, dispute, given["verdict"])
    return dispute


def call(account: Account, given: Json) -> Json:
    """Make any call by its name, as the merchant in the provider's dashboard: no key, no faults."""
    _, _, answer = CALLS[given["call"]]
    return answer(account, given.get("params", {}), *given.get("ids", []))


def state(account: Account, _: Json) -> Json:
    """Return all objects by kind in the order of creation, and the calls."""
    return {
        "objects": {kind: list(objects.values()) for kind, objects in account.objects.items()},
        "calls": account.calls,
        "webhooks": len(account.webhooks),
        "now": account.now(),
    }


def take_webhooks(account: Account, _: Json) -> Json:
    taken = webhooks.take_pending(account)
    return {"webhooks": [{"body": one.body, "signature": one.signature} for one in taken]}


COMMANDS: dict[str, Callable[[Account, Json], Json]] = {
    "add_fault": add_fault,
    "clear_faults": clear_faults,
    "switch": switch,
    "set_clock": set_clock,
    "pay": pay,
    "save_card": save_card,
    "authenticate": authenticate,
    "replace_card": replace_card,
    "present": present,
    "complete_refund": complete_refund,
    "open_dispute": open_dispute,
    "close_dispute": close_dispute,
    "call": call,
    "state": state,
    "take_webhooks": take_webhooks,
}


@control.post("/<name>/<command>")
def run_command(name: str, command: str) -> tuple[Response, int]:
    registry: AccountsRegistry = current_app.config["WORLD"]
    given: Json = request.get_json(silent=True) or {}
    if command == "reset":
        registry.remove(name)
        return jsonify({}), 200
    if command == "deliver_webhooks":
        return jsonify(
            {"accepted": webhooks.deliver_due(registry.account(name), time.time() + 1e9)}
        ), 200
    if command not in COMMANDS:
        return jsonify({"message": f"Commands: {', '.join(COMMANDS)}."}), 404
    account = registry.account(name)
    try:
        with account.lock:
            expire_due(account)
            answer = deepcopy(COMMANDS[command](account, given))
    except ApiError as error:
        return jsonify(error.body["error"]), error.status
    finally:
        registry.save()
    return jsonify(answer), 200
