"""The events of picking and handing over."""

from app.core.event_kinds import event

ORDER_PICKED = event("order.picked", "lines", audience="shopper")
ORDER_ITEMS_UNAVAILABLE = event(
    "order.items_unavailable",
    "lines",
    optional="cancelled_before cancelled",
    subjects="money stock",
    audience="shopper",
)
ORDER_RESTOCKED = event("order.restocked", "lines", subjects="stock", audience="staff")
ORDER_ARRIVED = event("order.arrived", audience="shopper")
ORDER_REMINDED = event("order.reminded", audience="shopper")
ORDER_CODE_REFUSED = event("order.code_refused", audience="staff")
