"""The life of an order and of a fulfilment, as literal tables: nothing else is allowed. Pure."""

ORDER: dict[str, frozenset[str]] = {
    "placed": frozenset({"picking", "ready", "cancelled", "expired"}),
    "picking": frozenset({"ready", "cancelled", "expired"}),
    "ready": frozenset({"collected", "cancelled", "expired"}),
    "expired": frozenset({"placed", "ready"}),
    "collected": frozenset(),
    "cancelled": frozenset(),
}

FULFILMENT: dict[str, frozenset[str]] = {
    "open": frozenset({"picking", "ready", "cancelled", "expired"}),
    "picking": frozenset({"ready", "cancelled", "expired"}),
    "ready": frozenset({"collected", "cancelled", "expired"}),
    "expired": frozenset({"open", "ready"}),
    "collected": frozenset(),
    "cancelled": frozenset(),
}

WAITING = ("placed", "picking", "ready")
"""The states in which goods are held for the shopper."""
