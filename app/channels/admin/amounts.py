"""Amounts that come along with something else, for which another right is needed."""

from app.channels.http import staff_auth


def require_price_permission(*amounts: int | None) -> None:
    """Raises Forbidden if a caller without `prices.change` sends a price or a cost along."""
    if any(amount is not None for amount in amounts):
        staff_auth.require("prices.change")
