"""The events of imported orders and their prices."""

from app.core.event_kinds import event

ORDER_IMPORTED = event("order.imported", "from to step source total quote_hash", audience="shopper")
PRICE_HISTORY_IMPORTED = event("price_history.imported", "prices", subjects="price")
