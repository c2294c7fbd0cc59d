"""Expires pages and authorisations whose time is over."""

from devtools.stripe_standin import charging, checkout
from devtools.stripe_standin.account import Account


def expire_due(account: Account) -> None:
    """Expire all that is due. Call it before each other action, with the account locked."""
    now = account.now()
    for session in list(account.objects["sessions"].values()):
        if session["status"] == "open" and session["expires_at"] <= now:
            checkout.close(account, session)
    for intent in list(account.objects["payment_intents"].values()):
        if intent["status"] == "requires_capture" and _capture_before(account, intent) <= now:
            account.emit("charge.expired", account.get("charges", intent["latest_charge"]))
            charging.cancel(account, intent, "expired")


def _capture_before(account: Account, intent: dict[str, str]) -> int:
    details = account.get("charges", intent["latest_charge"])["payment_method_details"]
    return int(details[details["type"]]["capture_before"])
