"""Health, readiness and metrics for monitoring."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text

from app.channels.http.guards import ANYONE, OPERATOR, allowed
from app.channels.http.responses import read
from app.core.errors import Busy

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allowed(ANYONE)
def healthz() -> dict[str, str]:
    """Answer that this process runs. Nothing else is checked."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@allowed(ANYONE)
def readyz() -> dict[str, str]:
    """Answer whether the database responds and has the migration that this code expects."""
    level = read(_level)
    if level != expected_level():
        raise Busy(
            f"The database is at migration {level or 0}, not {expected_level()}: run flask migrate.",
            retry_after=5,
        )
    return {"status": "ready", "migration": str(level)}


@blueprint.get("/metrics")
@allowed(OPERATOR)
def metrics() -> Response:
    """Return the Prometheus figures of all web processes."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return current_app.response_class(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _level(reader: Any) -> str | None:
    if not reader.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL")):
        return None
    found: str | None = reader.execute(
        text("SELECT max(version_num) FROM alembic_version")
    ).scalar()
    return found


@cache
def expected_level() -> str | None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(current_app.root_path).parent / "migrations")
    )
    return ScriptDirectory.from_config(config).get_current_head()
