"""All implemented calls: name, method, path and handler. There are no others."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from devtools.stripe_standin import checkout, customers, intents, refunds, terminal
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.objects import Json
from devtools.stripe_standin.params import check_names, paginate

Handler = Callable[..., Json]
"""(account, params, ids of the path) → Stripe's response."""


def list_events(account: Account, params: Json) -> Json:
    check_names(params, "limit", "starting_after", "type", "created")
    wanted = {"type": params["type"]} if "type" in params else {}
    return paginate(account.newest("events", **wanted), params, "/v1/events")


def retrieve_event(account: Account, params: Json, event_id: str) -> Json:
    check_names(params)
    return account.get("events", event_id)


def list_entries(account: Account, params: Json) -> Json:
    check_names(params, "limit", "starting_after", "source")
    wanted = {"source": params["source"]} if "source" in params else {}
    return paginate(
        account.newest("balance_transactions", **wanted), params, "/v1/balance_transactions"
    )


CALLS: dict[str, tuple[str, str, Handler]] = {
    "payment_intents.create": ("POST", "payment_intents", intents.create),
    "payment_intents.list": ("GET", "payment_intents", intents.list_all),
    "payment_intents.retrieve": ("GET", "payment_intents/{}", intents.retrieve),
    "payment_intents.confirm": ("POST", "payment_intents/{}/confirm", intents.confirm),
    "payment_intents.capture": ("POST", "payment_intents/{}/capture", intents.capture),
    "payment_intents.cancel": ("POST", "payment_intents/{}/cancel", intents.cancel),
    "checkout.sessions.create": ("POST", "checkout/sessions", checkout.create),
    "checkout.sessions.retrieve": ("GET", "checkout/sessions/{}", checkout.retrieve),
    "checkout.sessions.expire": ("POST", "checkout/sessions/{}/expire", checkout.expire),
    "refunds.create": ("POST", "refunds", refunds.create),
    "refunds.list": ("GET", "refunds", refunds.list_all),
    "refunds.retrieve": ("GET", "refunds/{}", refunds.retrieve),
    "disputes.list": ("GET", "disputes", refunds.list_disputes),
    "disputes.retrieve": ("GET", "disputes/{}", refunds.retrieve_dispute),
    "disputes.update": ("POST", "disputes/{}", refunds.update_dispute),
    "customers.create": ("POST", "customers", customers.create_customer),
    "customers.retrieve": ("GET", "customers/{}", customers.retrieve_customer),
    "customers.delete": ("DELETE", "customers/{}", customers.delete_customer),
    "customers.payment_methods": ("GET", "customers/{}/payment_methods", customers.list_cards),
    "payment_methods.retrieve": ("GET", "payment_methods/{}", customers.retrieve_method),
    "payment_methods.detach": ("POST", "payment_methods/{}/detach", customers.detach),
    "setup_intents.create": ("POST", "setup_intents", customers.create_setup),
    "setup_intents.retrieve": ("GET", "setup_intents/{}", customers.retrieve_setup),
    "setup_intents.confirm": ("POST", "setup_intents/{}/confirm", customers.confirm_setup),
    "terminal.readers.retrieve": ("GET", "terminal/readers/{}", terminal.retrieve),
    "terminal.readers.process_payment_intent":
        ("POST", "terminal/readers/{}/process_payment_intent", terminal.process),
    "terminal.readers.cancel_action": ("POST", "terminal/readers/{}/cancel_action", terminal.cancel),
    "test_helpers.present_payment_method":
        ("POST", "test_helpers/terminal/readers/{}/present_payment_method", terminal.present_method),
    "balance_transactions.list": ("GET", "balance_transactions", list_entries),
    "events.list": ("GET", "events", list_events),
    "events.retrieve": ("GET", "events/{}", retrieve_event),
}  # fmt: skip

PUBLISHABLE_KEY_CALLS = {"payment_intents.confirm", "payment_intents.retrieve",
             "setup_intents.confirm", "setup_intents.retrieve"}  # fmt: skip
"""The calls of a publishable key, for the one object whose client secret it has."""


@dataclass(frozen=True)
class Call:
    name: str
    handler: Handler
    ids: tuple[str, ...]


PATHS = [
    (name, method, re.compile(path.replace("{}", r"([^/]+)")), answer)
    for name, (method, path, answer) in CALLS.items()
]


def find_call(method: str, path: str) -> Call | None:
    for name, wanted, pattern, answer in PATHS:
        found = pattern.fullmatch(path)
        if found and wanted == method:
            return Call(name, answer, found.groups())
    return None
