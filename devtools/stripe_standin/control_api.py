"""What tests and developers can do to an account, and shops cannot: POST /_control/<account>/…, JSON both ways."""

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
from devtools.stripe_standin.accounts_registry import World
from devtools.stripe_standin.calls import CALLS
from devtools.stripe_standin.expiries import catch_up
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
    """`fixed`: seconds since 1970, null for the machine's time; `ahead`: seconds added to it."""
    account.clock |= {name: given[name] for name in ("fixed", "ahead") if name in given}
    return {"now": account.now()}


def pay(account: Account, given: Json) -> Json:
    """The payer's part without a browser: on a page or, with an intent, in the app. A decline is told."""
    number = given.get("number", "4242424242424242")
    try:
        if given["id"].startswith("cs_"):
            checkout.pay(
                account, account.get("sessions", given["id"]), number, given.get("save", False)
            )
        else:
            charging.pay(account, account.get("payment_intents", given["id"]), number)
    except ApiError as no:
        if no.status != 402:
            raise
        return {"declined": no.error}
    return {"declined": None}


def keep(account: Account, given: Json) -> Json:
    """Hers who keeps a card, without a browser: on a page or, with a SetupIntent, in the app."""
    number = given.get("number", "4242424242424242")
    try:
        if given["id"].startswith("cs_"):
            checkout.keep(account, account.get("sessions", given["id"]), number)
        else:
            customers.set_up(account, account.get("setup_intents", given["id"]), number)
    except ApiError as no:
        if no.status != 402:
            raise
        return {"declined": no.error}
    return {"declined": None}


def answer_bank(account: Account, given: Json) -> Json:
    intent = account.get("payment_intents", given["payment_intent"])
    return {"back": intents.answer_bank(account, intent, given["yes"])}


def renew(account: Account, given: Json) -> Json:
    customers.renew(
        account, account.get("payment_methods", given["payment_method"]), given["exp_year"]
    )
    return {}


def present(account: Account, given: Json) -> Json:
    reader = account.get("readers", given["reader"])
    return terminal.present(account, reader, given.get("number", "4242424242424242"))


def settle_refund(account: Account, given: Json) -> Json:
    refund = account.get("refunds", given["id"])
    refunds.settle(account, refund, given["status"])
    return refund


def open_dispute(account: Account, given: Json) -> Json:
    intent = account.get("payment_intents", given["payment_intent"])
    amount = int(given.get("amount") or intent["amount_received"])
    return charging.dispute(account, intent, amount, given.get("reason", "fraudulent"))


def close_dispute(account: Account, given: Json) -> Json:
    dispute = account.get("disputes", given["id"])
    refunds.judge(account, dispute, given["verdict"])
    return dispute


def call(account: Account, given: Json) -> Json:
    """Any call by its name, as somebody at the provider's own console makes it: no key, no faults."""
    _, _, answer = CALLS[given["call"]]
    return answer(account, given.get("params", {}), *given.get("ids", []))


def state(account: Account, _: Json) -> Json:
    """All things by kind, in the order they came, and the calls that were made."""
    return {
        "things": {kind: list(things.values()) for kind, things in account.things.items()},
        "calls": account.calls,
        "webhooks": len(account.webhooks),
        "now": account.now(),
    }


def take_webhooks(account: Account, _: Json) -> Json:
    taken = webhooks.take(account)
    return {"webhooks": [{"body": one.body, "signature": one.signature} for one in taken]}


COMMANDS: dict[str, Callable[[Account, Json], Json]] = {
    "add_fault": add_fault,
    "clear_faults": clear_faults,
    "switch": switch,
    "set_clock": set_clock,
    "pay": pay,
    "keep": keep,
    "answer_bank": answer_bank,
    "renew": renew,
    "present": present,
    "settle_refund": settle_refund,
    "open_dispute": open_dispute,
    "close_dispute": close_dispute,
    "call": call,
    "state": state,
    "take_webhooks": take_webhooks,
}


@control.post("/<name>/<command>")
def obey(name: str, command: str) -> tuple[Response, int]:
    world: World = current_app.config["WORLD"]
    given: Json = request.get_json(silent=True) or {}
    if command == "reset":
        world.forget(name)
        return jsonify({}), 200
    if command == "deliver_webhooks":
        return jsonify(
            {"accepted": webhooks.deliver_due(world.account(name), time.time() + 1e9)}
        ), 200
    if command not in COMMANDS:
        return jsonify({"message": f"Commands: {', '.join(COMMANDS)}."}), 404
    account = world.account(name)
    try:
        with account.lock:
            catch_up(account)
            answer = deepcopy(COMMANDS[command](account, given))
    except ApiError as error:
        return jsonify(error.body["error"]), error.status
    finally:
        world.save()
    return jsonify(answer), 200
