"""Delivers events to the shop: signed, retried until a 2xx; late, duplicated or reordered if a switch says so."""

import hmac
import json
import random
import time
from dataclasses import dataclass
from hashlib import sha256

import requests

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.accounts_registry import AccountsRegistry
from devtools.stripe_standin.expiries import expire_due
from devtools.stripe_standin.objects import Json

MAX_PAUSE_SECONDS = 30
"""Maximum seconds between two attempts. Stripe waits up to hours, which is too long for a demo."""
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class SignedWebhook:
    body: str
    signature: str


def sign(body: str, secret: str, at: int) -> str:
    """Return the header Stripe-Signature. https://docs.stripe.com/webhooks#verify-manually"""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), sha256).hexdigest()
    return f"t={at},v1={digest}"


def sign_event(account: Account, event_id: str) -> SignedWebhook:
    """Sign an event again for each delivery, so that a late one is not too old. The body stays the same."""
    body = json.dumps(account.get("events", event_id), separators=(",", ":"))
    return SignedWebhook(body, sign(body, account.switches["webhook_secret"], account.now()))


def take_pending(account: Account) -> list[SignedWebhook]:
    """Take all pending webhooks, for a test that delivers them itself."""
    with account.lock:
        expire_due(account)
        waiting, account.webhooks = account.webhooks, []
        return [sign_event(account, one["event"]) for one in waiting]


def deliver_due(account: Account, now: float) -> int:
    """Send the due webhooks; return how many were accepted. Retry the others after a pause that doubles."""
    with account.lock:
        due = [one for one in account.webhooks if one["due"] <= now]
        account.webhooks = [one for one in account.webhooks if one["due"] > now]
    accepted = 0
    for one in _in_order(due, account.switches["webhook_order"]):
        if _send(account, one["event"]):
            accepted += 1
            continue
        pause = min(2 ** one["tries"], MAX_PAUSE_SECONDS)
        again = {**one, "tries": one["tries"] + 1, "due": time.time() + pause}
        with account.lock:
            account.webhooks.append(again)
    return accepted


def _in_order(due: list[Json], order: str) -> list[Json]:
    if order == "shuffled":
        return random.sample(due, len(due))
    return due[::-1] if order == "reversed" else due


def _send(account: Account, event_id: str) -> bool:
    """Send all copies of an event; return whether the last one was accepted."""
    accepted = False
    for _ in range(max(1, int(account.switches["webhook_copies"]))):
        one = sign_event(account, event_id)
        try:
            response = requests.post(
                account.switches["webhook_url"],
                data=one.body.encode(),
                headers={"Stripe-Signature": one.signature, "Content-Type": "application/json"},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,  # "we consider any status but 2xx a failure"
            )
            accepted = response.ok and not response.is_redirect
        except requests.RequestException:
            accepted = False
    return accepted


def deliver_until_stopped(registry: AccountsRegistry, pause: float = 0.2) -> None:
    """Deliver webhooks until the server stops."""
    while not registry.stopping.wait(pause):
        for account in registry.accounts():
            if not account.switches["webhook_url"] or account.switches["webhooks"] != "send":
                continue
            with account.lock:
                expire_due(account)
            if account.webhooks:
                deliver_due(account, time.time())
                registry.save()
