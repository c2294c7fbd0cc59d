"""Gives a command what it needs: a running database, the use case runner, and one way to fail."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from app.adapters.embedded_postgres import serving
from app.config import Settings
from app.core.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command with the server of DATABASE_URL, or with the project's own, started if needed."""

    @with_appcontext
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        settings: Settings = current_app.config["SETTINGS"]
        if settings.database_url:
            return command(*args, **kwargs)
        with serving(settings.var / "postgres"):
            return command(*args, **kwargs)

    return run


def ports() -> Any:
    return current_app.extensions["ports"]


def runner() -> Any:
    return current_app.extensions["runner"]


def engine() -> Any:
    return current_app.extensions["engine"]


def perform(use_case: Callable[..., R], command: object) -> R:
    """Run a use case as the system. Print a refusal to standard error, with exit code 1."""
    try:
        result: R = runner().perform(use_case, command)
    except DomainError as refusal:
        raise fail(refusal.message) from None
    return result


def fail(message: str) -> click.ClickException:
    return click.ClickException(message)
