"""The life of an order and of a fulfilment, as literal tables: nothing else is allowed. Pure."""

LINE_KINDS = ("item", "fee", "manual")
"""What a line can be: goods, what was charged beside them, or an amount that somebody entered by hand."""

ORDER: dict[str, frozenset[str]] = {
    "unpaid": frozenset({"placed", "cancelled", "expired"}),
    "placed": frozenset({"picking", "ready", "cancelled", "expired"}),
    "picking": frozenset({"ready", "cancelled", "expired"}),
    "ready": frozenset({"collected", "cancelled", "expired"}),
    "expired": frozenset({"placed", "ready"}),
    "collected": frozenset(),
    "cancelled": frozenset(),
    "imported": frozenset(),
}
INITIAL = ("unpaid", "placed", "imported")
"""What an order can be at first. An unpaid one holds its goods for a little while, until its card is authorised,
and the store does not see it before. An imported one is of before our time: nothing happens to it any more."""

FULFILMENT: dict[str, frozenset[str]] = {
    "waiting": frozenset({"open", "cancelled", "expired"}),
    "open": frozenset({"picking", "ready", "cancelled", "expired"}),
    "picking": frozenset({"ready", "cancelled", "expired"}),
    "ready": frozenset({"collected", "cancelled", "expired"}),
    "expired": frozenset({"open", "ready"}),
    "collected": frozenset(),
    "cancelled": frozenset(),
}

FULFILMENT_STATUS = {"unpaid": "waiting", "placed": "open"}
"""How a fulfilment stands where its status has another name than the order's."""

AWAITING_COLLECTION = ("placed", "picking", "ready")
"""The states in which goods are held for the shopper."""
ENDED_WITHOUT_SALE = ("cancelled", "expired")
"""The states that end without a sale: such an order holds no use of a promotion."""


def may_be_paid(status: str, review_reason: str | None) -> bool:
    """Whether a card may be asked for: before the goods are collected, and after that only where what was set
    aside could not be taken; not for what a bank is asked to bring back."""
    if status == "collected":
        return review_reason not in (None, "disputed")
    return status in ("unpaid", *AWAITING_COLLECTION)
