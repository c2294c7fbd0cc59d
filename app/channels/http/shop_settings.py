"""Settings that callers need not send, and the currencies that they may choose from."""

from datetime import datetime
from typing import Any

from flask import current_app
from marshmallow import ValidationError

from app.channels.http.fields import Code
from app.core.event_registry import EventRegistry


def currency(chosen: str | None = None) -> str:
    """Return the chosen currency, or the shop's default."""
    shops: str = current_app.config["CURRENCIES"][0]
    return chosen or shops


def now() -> datetime:
    at: datetime = current_app.extensions["ports"].clock.now()
    return at


def event_registry() -> EventRegistry:
    """Return the kinds of events that the wiring collected."""
    registry: EventRegistry = current_app.extensions["events"]
    return registry


def sold_in(code: str) -> None:
    """Validate a currency. Raises ValidationError."""
    known = current_app.config["CURRENCIES"]
    if code not in known:
        names = " and ".join(known)
        raise ValidationError(f"This shop sells in {names}: send amounts in {names}.")


def currency_field(**options: Any) -> Code:
    metadata = {"description": "ISO 4217, one that the shop sells in"}
    return Code(validate=sold_in, metadata=metadata, **options)
