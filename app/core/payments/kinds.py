"""The kinds and statuses of payments, payment sessions, attempts and refunds, as literal tables. Pure."""

from app.core.status_table import StatusTable

METHODS = ("cash", "card", "gift_card", "store_credit")
STORED_VALUE = {"gift_card": "gift card", "store_credit": "store credit"}
"""The methods that take from a balance of our own, with their names for people."""
FLOWS = ("page", "app", "reader")
"""How a payer is asked for a card: on the provider's page, in an app, at a card reader."""

PAYMENT_SESSION = StatusTable(
    "payment session",
    initial=("open",),
    moves={
        "open": frozenset({"completed", "expired", "cancelled", "failed"}),
        "expired": frozenset({"completed"}),
        "cancelled": frozenset({"completed"}),
        "failed": frozenset({"completed"}),
        "completed": frozenset(),
    },
)
"""expired: its page closed by itself. cancelled: we closed it, or the provider cancelled it. failed: it was never
opened, or refused for good. Money may still arrive for one that ended: then it is completed."""

PAYMENT = StatusTable(
    "payment",
    initial=("authorised", "captured", "voided"),
    moves={
        "authorised": frozenset({"captured", "voided"}),
        "captured": frozenset(),
        "voided": frozenset(),
    },
)
"""authorised: to be captured at the hand-over. A payment that we first see late can begin with any status."""

PAYMENT_PROGRESS = ("open", "authorised", "captured")
"""What a payer sees of a payment that they began: open until they have paid."""

EVENTS = (
    "authorise", "capture", "void", "refund", "refund_reversed", "chargeback", "chargeback_reversed", "fee",
)  # fmt: skip
PAID_EFFECT = {
    "capture": 1, "refund": -1, "refund_reversed": 1, "chargeback": -1, "chargeback_reversed": 1,
}  # fmt: skip
"""How an event changes what an order has been paid. The others do not."""

OPENING = ("page", "intent", "reader", "card")
"""The attempts that ask a payer."""
SESSION_ATTEMPTS = (*OPENING, "close")
PAYMENT_ATTEMPTS = ("void", "capture", "refund")
ATTEMPT = StatusTable(
    "payment attempt",
    initial=("live",),
    moves={
        "live": frozenset({"unknown", "done", "failed"}),
        "unknown": frozenset({"done", "failed"}),
        "done": frozenset({"failed"}),
        "failed": frozenset(),
    },
)
"""unknown: the provider did not respond. A refund that is done can fail days later."""
UNFINISHED = ("live", "unknown")
"""The statuses of an attempt that the provider has not answered."""
BLOCK_REASONS = ("merchant", "unpaid", "disputed", "written_off", "refunded")
"""Why a gift card pays nothing. unpaid, disputed: the money of the order on which it was bought is not known to be
here; they end by themselves."""
REFUND_METHODS = ("cash", "store_credit", "bank")
"""How a refund is given that its tender does not take back."""
NEVER_HAPPENED = "never_happened"
"""The failure code of an attempt that had no effect and was replaced by another."""
REFUND = StatusTable(
    "refund",
    initial=("pending",),
    moves={
        "pending": frozenset({"done", "needs_review"}),
        "needs_review": frozenset({"done"}),
        "done": frozenset({"needs_review"}),
    },
)
"""pending until each part has arrived; needs_review if no payment takes the rest. A part can come back days after
it arrived."""
DISPUTE = StatusTable(
    "dispute",
    initial=("open", "under_review", "lost", "won"),
    moves={
        "open": frozenset({"under_review", "lost", "won"}),
        "under_review": frozenset({"lost", "won"}),
        "lost": frozenset({"won"}),
        "won": frozenset(),
    },
)
"""A lost dispute can be won by an appeal."""
