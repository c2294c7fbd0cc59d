"""Make the application for tests."""

from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from app.config import Settings
from app.core.clock import SetClock
from app.wiring import equip, make_app
from tests import databases
from tests.fakes.ports import outside


def settings_for(url: str, var: Path, **different: Any) -> Settings:
    ordinary: dict[str, Any] = {
        "secret_key": "for tests",
        "metrics_token": "metrics",
        "throttle": 0,
    }
    return Settings(database_url=url, var=var, **(ordinary | different))


def application(settings: Settings, **ports: Any) -> Flask:
    """Return a new application. External services are fakes, except for `ports`."""
    given = {"clock": SetClock(databases.TUESDAY_NOON)} | outside() | ports
    return make_app(settings, **given)


def application_again(settings: Settings, clock: SetClock) -> Flask:
    """Return the application that this process has for the database, reset: to assemble a new one takes longer
    than most tests."""
    app = _assembled(settings.database_url)
    equip(app, settings, {"clock": clock, **outside()})
    return app


@cache
def _assembled(url: str) -> Flask:
    return application(settings_for(url, Path()))
