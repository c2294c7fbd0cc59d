"""What the shop knows that a merchant need not send."""

from datetime import datetime

from flask import current_app


def currency() -> str:
    shops: str = current_app.config["CURRENCY"]
    return shops


def now() -> datetime:
    at: datetime = current_app.extensions["ports"].clock.now()
    return at
