"""The statuses of an order and of a fulfilment, as literal tables. Pure."""

from app.core.status_table import StatusTable

LINE_KINDS = ("item", "fee", "manual")
"""An item, a fee that was charged beside the items, or an amount that staff entered by hand."""

ORDER = StatusTable(
    "order",
    initial=("unpaid", "placed", "imported"),
    moves={
        "unpaid": frozenset({"placed", "cancelled", "expired"}),
        "placed": frozenset({"picking", "ready", "cancelled", "expired"}),
        "picking": frozenset({"ready", "cancelled", "expired"}),
        "ready": frozenset({"collected", "cancelled", "expired"}),
        "expired": frozenset({"placed", "ready"}),
        "collected": frozenset(),
        "cancelled": frozenset(),
        "imported": frozenset(),
    },
)
"""An unpaid order holds its goods for a short time, until its card is authorised; the store does not see it
before. An imported order is older than this shop, and nothing happens to it."""

FULFILMENT = StatusTable(
    "fulfilment",
    initial=("waiting", "open"),
    moves={
        "waiting": frozenset({"open", "cancelled", "expired"}),
        "open": frozenset({"picking", "ready", "cancelled", "expired"}),
        "picking": frozenset({"ready", "cancelled", "expired"}),
        "ready": frozenset({"collected", "cancelled", "expired"}),
        "expired": frozenset({"open", "ready"}),
        "collected": frozenset(),
        "cancelled": frozenset(),
    },
)

FULFILMENT_STATUS = {"unpaid": "waiting", "placed": "open"}
"""The status of a fulfilment by the status of its order. Other statuses have the same name in both tables."""

AWAITING_COLLECTION = ("placed", "picking", "ready")
"""The statuses of an order whose goods wait for the shopper."""
FULFILMENT_AWAITING_COLLECTION = ("open", "picking", "ready")
"""The same for a fulfilment."""
ENDED_WITHOUT_SALE = ("cancelled", "expired")
"""The statuses of an order that ended without a sale. Its promotion redemptions are released."""


def may_be_paid(status: str, review_reason: str | None) -> bool:
    """Return True if a card payment may begin.

    It may before the goods are collected. After that it may only if the authorised amount could not be captured,
    and never while a bank has a dispute about the order.
    """
    if status == "collected":
        return review_reason not in (None, "disputed")
    return status in ("unpaid", *AWAITING_COLLECTION)
