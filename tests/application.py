"""The application as tests have it."""

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
    """A new one, with fakes of what is outside but for `ports`."""
    given = {"clock": SetClock(databases.TUESDAY_NOON)} | outside() | ports
    return make_app(settings, **given)


def application_again(settings: Settings, clock: SetClock) -> Flask:
    """The one that this process has for the database, as new: to put it together takes longer than most tests."""
    app = _assembled(settings.database_url)
    equip(app, settings, {"clock": clock, **outside()})
    return app


@cache
def _assembled(url: str) -> Flask:
    return application(settings_for(url, Path()))
