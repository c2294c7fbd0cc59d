"""The events of the statuses of an order."""

from app.core.event_kinds import EventKind, event

ORDER_UNPAID = event("order.unpaid", "from to step total quote_hash", audience="shopper")
ORDER_PLACED = event(
    "order.placed", "from to step", optional="total quote_hash reinstated", audience="shopper"
)
ORDER_PICKING = event("order.picking", "from to step", audience="shopper")
ORDER_READY = event("order.ready", "from to step", optional="reinstated", audience="shopper")
ORDER_COLLECTED = event(
    "order.collected", "from to step paid", subjects="money stock", audience="shopper"
)
ORDER_CANCELLED = event(
    "order.cancelled", "from to step amount", subjects="money", audience="shopper"
)
ORDER_EXPIRED = event("order.expired", "from to step", audience="shopper")

BY_STATUS: dict[str, EventKind] = {
    "unpaid": ORDER_UNPAID,
    "placed": ORDER_PLACED,
    "picking": ORDER_PICKING,
    "ready": ORDER_READY,
    "collected": ORDER_COLLECTED,
    "cancelled": ORDER_CANCELLED,
    "expired": ORDER_EXPIRED,
}
"""The event of each status that an order gets here."""
