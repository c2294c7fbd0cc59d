"""The events of payments, stored value and the drawer."""

from app.core.event_kinds import EventKind, event

PAYMENT_AUTHORISED = event("payment.authorised", "payment_id method amount", audience="shopper")
PAYMENT_CAPTURED = event("payment.captured", "payment_id method amount", audience="shopper")
PAYMENT_VOIDED = event("payment.voided", "payment_id method amount", audience="shopper")
PAYMENT_REFUNDED = event("payment.refunded", "payment_id method amount", audience="shopper")
PAYMENT_REFUND_REVERSED = event(
    "payment.refund_reversed", "payment_id method amount", audience="staff"
)
PAYMENT_CHARGED_BACK = event("payment.charged_back", "payment_id method amount")
PAYMENT_CHARGEBACK_REVERSED = event("payment.chargeback_reversed", "payment_id method amount")
PAYMENT_FEE = event("payment.fee", "payment_id method amount")
GIFT_CARD_ISSUED = event(
    "gift_card.issued",
    "stored_value_account_id amount currency reason",
    subjects="money",
    audience="staff",
)
GIFT_CARD_BLOCKED = event("gift_card.blocked", "stored_value_account_id reason", subjects="money")
GIFT_CARD_UNBLOCKED = event(
    "gift_card.unblocked", "stored_value_account_id reason", subjects="money"
)
STORE_CREDIT_GRANTED = event(
    "store_credit.granted",
    "stored_value_account_id amount reason",
    subjects="money",
    audience="staff",
)
SHIFT_OPENED = event("shift.opened", "shift_id opening_float", subjects="money")
SHIFT_CASH_MOVED = event("shift.cash_moved", "shift_id amount", subjects="money")
SHIFT_CLOSED = event("shift.closed", "shift_id expected counted", subjects="money")

BY_KIND: dict[str, EventKind] = {
    "authorise": PAYMENT_AUTHORISED,
    "capture": PAYMENT_CAPTURED,
    "void": PAYMENT_VOIDED,
    "refund": PAYMENT_REFUNDED,
    "refund_reversed": PAYMENT_REFUND_REVERSED,
    "chargeback": PAYMENT_CHARGED_BACK,
    "chargeback_reversed": PAYMENT_CHARGEBACK_REVERSED,
    "fee": PAYMENT_FEE,
}
"""By the kind of a payment event that has no event of the order."""
