"""Onecounter: one order, stock and pricing core behind web shop, app and till."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The web application. Imports stand inside, so that `app.core` can be imported alone."""
    from app.config import from_environment
    from app.wiring import make_app

    return make_app(settings or from_environment())
