"""The ledger: charges, captures, cancellations and disputes."""

from devtools.stripe_standin.account import Account
from devtools.stripe_standin.cards import DISPUTED, Card, decline_error, find_card
from devtools.stripe_standin.objects import ApiError, Json

DAY = 24 * 60 * 60
CAPTURE_DAYS = 7
"""Days until an authorisation expires. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method"""
EVIDENCE_DAYS = 7
DISPUTE_FEE = 2000

PAYABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}


def fee(amount: int) -> int:
    """Return 1.5 % plus 20 minor units, rounded half up."""
    return (amount * 15 + 500) // 1000 + 20


def unexpected_state(intent: Json, wanted: str) -> ApiError:
    return ApiError(
        400,
        f"This PaymentIntent could not be {wanted} because it has a status of {intent['status']}.",
        "payment_intent_unexpected_state",
        payment_intent=intent,
    )


def pay(account: Account, intent: Json, number: str, method: str = "card") -> None:
    """Charge a card. Raises the decline, which stays on the intent until the next attempt."""
    if intent["status"] not in PAYABLE:
        raise unexpected_state(intent, "confirmed")
    try:
        chosen = find_card(number)
        if chosen.code:
            raise decline_error(chosen)
    except ApiError as error:
        record_decline(account, intent, error, method)
        raise
    charge = _charge(account, intent, chosen, method)
    intent |= {"latest_charge": charge["id"], "last_payment_error": None}
    account.emit("charge.succeeded", charge)
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        account.emit("payment_intent.amount_capturable_updated", intent)
    else:
        capture(account, intent, intent["amount"])


def capture(account: Account, intent: Json, amount: int) -> None:
    """Capture an amount and release the rest, without a refund.
    https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow
    """
    charge = account.get("charges", intent["latest_charge"])
    entry = add_balance_entry(account, charge, amount, fee(amount), "charge")
    charge |= {"captured": True, "amount_captured": amount, "balance_transaction": entry["id"]}
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    account.emit("charge.captured", charge)
    account.emit("payment_intent.succeeded", intent)
    details = charge["payment_method_details"]
    if DISPUTED.endswith(details[details["type"]]["last4"]):
        dispute(account, intent, amount, "fraudulent")


def cancel(account: Account, intent: Json, reason: str | None) -> None:
    intent |= {
        "status": "canceled",
        "amount_capturable": 0,
        "canceled_at": account.now(),
        "next_action": None,
        "cancellation_reason": reason,
    }
    account.emit("payment_intent.canceled", intent)


def dispute(account: Account, intent: Json, amount: int, reason: str) -> Json:
    """Open a dispute. The bank takes back the money and a fee immediately; evidence may win the money back."""
    charge = account.get("charges", intent["latest_charge"])
    entry = add_balance_entry(account, charge, -amount, DISPUTE_FEE, "adjustment")
    opened = account.new(
        "disputes",
        amount=amount,
        currency=intent["currency"],
        charge=charge["id"],
        payment_intent=intent["id"],
        reason=reason,
        status="needs_response",
        balance_transactions=[entry],
        evidence={},
        evidence_details={
            "due_by": account.now() + EVIDENCE_DAYS * DAY,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
    )
    charge["disputed"] = True
    account.add("disputes", opened)
    account.emit("charge.dispute.created", opened)
    account.emit("charge.dispute.funds_withdrawn", opened)
    return opened


def add_balance_entry(account: Account, charge: Json, amount: int, fee: int, kind: str) -> Json:
    entry = account.new(
        "balance_transactions",
        amount=amount,
        currency=charge["currency"],
        fee=fee,
        net=amount - fee,
        source=charge["id"],
        type=kind,
        status="pending",
    )
    return account.add("balance_transactions", entry)


def _charge(account: Account, intent: Json, chosen: Card, method: str) -> Json:
    before = account.now() + CAPTURE_DAYS * DAY if intent["capture_method"] == "manual" else None
    return account.add("charges", _attempt(account, intent, method) | {
        "status": "succeeded",
        "paid": True,
        "payment_method_details": {
            "type": method,
            method: {"brand": "visa", "last4": chosen.number[-4:], "capture_before": before},
        },
    })  # fmt: skip


def record_decline(account: Account, intent: Json, error: ApiError, method: str) -> None:
    charge = _attempt(account, intent, method)
    charge |= {"status": "failed", "paid": False, "failure_code": error.error["code"]}
    charge["failure_message"] = error.error["message"]
    account.add("charges", charge)
    intent |= {
        "status": "requires_payment_method",
        "latest_charge": charge["id"],
        "last_payment_error": {**error.error, "charge": charge["id"]},
    }
    account.emit("charge.failed", charge)
    account.emit("payment_intent.payment_failed", intent)


def _attempt(account: Account, intent: Json, method: str) -> Json:
    return account.new(
        "charges",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        balance_transaction=None,
        captured=False,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        failure_code=None,
        failure_message=None,
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method_details={"type": method, method: {}},
        refunded=False,
    )
