"""What tenders, their events and the provider's tasks can be, as literal tables. Pure."""

METHODS = ("cash", "card", "gift_card", "store_credit")
STORED_VALUE = {"gift_card": "gift card", "store_credit": "store credit"}
"""The methods that take from a balance of our own, with their names for people."""
FLOWS = ("page", "app", "reader")

PAYMENT = ("open", "authorised", "captured", "voided")
"""open: not paid yet. authorised: to be captured at the hand-over."""

EVENTS = (
    "authorise", "capture", "void", "refund", "refund_reversed", "chargeback", "chargeback_reversed", "fee",
)  # fmt: skip
PAID_EFFECT = {
    "capture": 1, "refund": -1, "refund_reversed": 1, "chargeback": -1, "chargeback_reversed": 1,
}  # fmt: skip
"""How an event changes what an order has been paid. The others do not."""

ATTEMPTS = ("page", "intent", "reader", "card", "close", "void", "capture", "refund")
OPENING = ("page", "intent", "reader", "card")
"""Those that ask a payer."""
MANY_AT_ONCE = "refund"
"""Of the other kinds a payment has one live attempt at most; refunds are bounded by what was captured."""
ATTEMPT_STATUSES = ("live", "unknown", "done", "failed")
REFUND_METHODS = ("cash", "store_credit", "bank")
"""How a refund is given that its tender does not take back."""
NEVER_HAPPENED = "never_happened"
"""Why an attempt failed whose place another has taken."""
REFUND_STATUSES = ("pending", "done", "needs_review")
