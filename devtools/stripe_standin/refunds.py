"""Refunds and disputes. https://docs.stripe.com/api/refunds, https://docs.stripe.com/api/disputes"""

from devtools.stripe_standin import charging
from devtools.stripe_standin.account import Account
from devtools.stripe_standin.objects import ApiError, Json
from devtools.stripe_standin.params import amount, check_names, paginate, text

VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
"""The immediate result of uncategorized_text in evidence. https://docs.stripe.com/testing#disputes"""
CLOSING_EVENTS = {"won": "charge.dispute.funds_reinstated", "lost": "charge.dispute.updated"}


def create(account: Account, params: Json) -> Json:
    check_names(params, "payment_intent", "amount", "metadata", "reason")
    intent = account.get("payment_intents", text(params, "payment_intent"))
    if intent["status"] != "succeeded":
        raise ApiError(400, "This PaymentIntent does not have a successful charge to refund.")
    charge = account.get("charges", intent["latest_charge"])
    left = charge["amount_captured"] - charge["amount_refunded"]
    wanted = amount(params, "amount") if "amount" in params else left
    _check_refundable(account, charge, wanted, left)
    refund = account.new(
        "refunds",
        amount=wanted,
        charge=charge["id"],
        currency=intent["currency"],
        metadata=params.get("metadata", {}),
        payment_intent=intent["id"],
        reason=params.get("reason"),
        status="pending",
        balance_transaction=charging.add_balance_entry(account, charge, -wanted, 0, "refund")["id"],
    )
    account.add("refunds", refund)
    _add_refunded(charge, wanted)
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    if account.switches["refunds"] != "pending":
        complete(account, refund, account.switches["refunds"])
    return refund


def _check_refundable(account: Account, charge: Json, wanted: int, left: int) -> None:
    if charge["disputed"]:
        raise ApiError(400, f"Charge {charge['id']} has been charged back.", "charge_disputed")
    if not left:
        raise ApiError(
            400, f"Charge {charge['id']} has already been refunded.", "charge_already_refunded"
        )
    if wanted > left:
        raise ApiError(
            400,
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    if account.switches["refunds"] == "declined":
        raise ApiError(
            400, "Insufficient funds in your Stripe balance to refund.", "balance_insufficient"
        )


def complete(account: Account, refund: Json, status: str) -> None:
    """Complete a refund as succeeded, or as failed if the bank returned it; a failed one counts as not refunded.
    https://docs.stripe.com/refunds#failed-refunds"""
    if refund["status"] != "pending" and not (
        refund["status"] == "succeeded" and status == "failed"
    ):
        raise ApiError(400, f"The refund is {refund['status']}.")
    refund["status"] = status
    if status == "failed":
        charge = account.get("charges", refund["charge"])
        refund["failure_reason"] = "expired_or_canceled_card"
        _add_refunded(charge, -refund["amount"])
        charging.add_balance_entry(account, charge, refund["amount"], 0, "refund_failure")
        account.emit("refund.failed", refund)
    else:
        account.emit("refund.updated", refund)


def _add_refunded(charge: Json, change: int) -> None:
    charge["amount_refunded"] += change
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def retrieve(account: Account, params: Json, refund_id: str) -> Json:
    check_names(params)
    return account.get("refunds", refund_id)


def list_all(account: Account, params: Json) -> Json:
    check_names(params, "payment_intent", "charge", "limit", "starting_after")
    wanted = {name: params[name] for name in ("payment_intent", "charge") if name in params}
    return paginate(account.newest("refunds", **wanted), params, "/v1/refunds")


def list_disputes(account: Account, params: Json) -> Json:
    check_names(params, "payment_intent", "charge", "limit", "starting_after")
    wanted = {name: params[name] for name in ("payment_intent", "charge") if name in params}
    return paginate(account.newest("disputes", **wanted), params, "/v1/disputes")


def retrieve_dispute(account: Account, params: Json, dispute_id: str) -> Json:
    check_names(params)
    return account.get("disputes", dispute_id)


def update_dispute(account: Account, params: Json, dispute_id: str) -> Json:
    """Submit evidence. A text in VERDICTS closes the dispute immediately."""
    check_names(params, "evidence", "submit", "metadata")
    dispute = account.get("disputes", dispute_id)
    if dispute["status"] in CLOSING_EVENTS:
        raise ApiError(400, f"The dispute is {dispute['status']}.", "dispute_closed")
    dispute["evidence"] |= params.get("evidence", {})
    if params.get("submit", "true") == "true":
        details = dispute["evidence_details"]
        details |= {"has_evidence": True, "submission_count": details["submission_count"] + 1}
        dispute["status"] = "under_review"
        account.emit("charge.dispute.updated", dispute)
        verdict = VERDICTS.get(dispute["evidence"].get("uncategorized_text", ""))
        if verdict:
            close_dispute(account, dispute, verdict)
    return dispute


def close_dispute(account: Account, dispute: Json, verdict: str) -> None:
    """Close a dispute. If it is won, return the money, but not the fee."""
    if verdict not in CLOSING_EVENTS:
        raise ApiError(400, "A verdict is won or lost.")
    dispute["status"] = verdict
    if verdict == "won":
        charge = account.get("charges", dispute["charge"])
        entry = charging.add_balance_entry(account, charge, dispute["amount"], 0, "adjustment")
        dispute["balance_transactions"].append(entry)
    account.emit(CLOSING_EVENTS[verdict], dispute)
    account.emit("charge.dispute.closed", dispute)
