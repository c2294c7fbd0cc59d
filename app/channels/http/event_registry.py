"""The kinds of events, as the wiring collected them."""

from flask import current_app

from app.core.event_registry import EventRegistry


def event_registry() -> EventRegistry:
    registry: EventRegistry = current_app.extensions["events"]
    return registry
