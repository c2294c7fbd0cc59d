"""The events of refunds, reviews, disputes and saved cards."""

from app.core.event_kinds import event

ORDER_REFUNDED = event("order.refunded", "refund_id amount", subjects="money", audience="shopper")
ORDER_REFUNDED_MANUALLY = event(
    "order.refunded_manually", "amount refund_method", subjects="money", audience="shopper"
)
ORDER_REFUND_REROUTED = event("order.refund_rerouted", "refund_id amount", audience="staff")
ORDER_PAYMENT_REQUESTED = event(
    "order.payment_requested", "amount", subjects="money", audience="shopper"
)
ORDER_LATE_PAYMENT_RELEASED = event("order.late_payment_released", "payment_id", audience="shopper")
ORDER_REVIEW_FLAGGED = event("order.review_flagged", "review_reason", audience="staff")
ORDER_REVIEW_CLEARED = event("order.review_cleared", "review_reason", audience="staff")
ORDER_REVIEW_RESOLVED = event(
    "order.review_resolved", "review_reason reason written_off", subjects="money", audience="staff"
)
ORDER_DISPUTE_ANSWERED = event("order.dispute_answered", "dispute_id amount")
PAYMENT_DECLINED = event("payment.declined", "payment_id attempt amount code", audience="staff")
PAYMENT_RELEASED = event("payment.released", "payment_id method amount", audience="shopper")
ACCOUNT_CARD_SAVED = event("account.card_saved", "card_id")
ACCOUNT_CARD_REMOVED = event("account.card_removed", "card_id by")
