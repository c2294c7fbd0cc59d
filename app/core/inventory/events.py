"""The events of stock."""

from app.core.event_kinds import EventKind, event

STOCK_COUNTED = event("stock.counted", "rows", optional="changes", subjects="stock")
STOCK_IMPORTED = event("stock.imported", "rows", subjects="stock")

BY_KIND: dict[str, EventKind] = {"count": STOCK_COUNTED, "import": STOCK_IMPORTED}
"""By the kind of the stock movements."""
