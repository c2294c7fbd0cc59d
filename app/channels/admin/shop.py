"""What the shop knows that a merchant need not send."""

from datetime import datetime

from flask import current_app

from app.channels.http import workers


def currency() -> str:
    shops: str = current_app.config["CURRENCY"]
    return shops


def now() -> datetime:
    at: datetime = current_app.extensions["ports"].clock.now()
    return at


def amounts_need_their_right(*amounts: int | None) -> None:
    """Raises Forbidden where who keeps the catalogue sends a price or a cost along, but may set none."""
    if any(amount is not None for amount in amounts):
        workers.require("prices.change")
