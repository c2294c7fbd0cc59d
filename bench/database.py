"""The database that is measured, and the harness's own connections to it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from app.adapters.embedded_postgres import serving
from app.adapters.postgres_installation import find_installation


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL of this run, with fsync; where root must keep its data below /var/lib, that goes, too."""
    data = folder / "postgres"
    try:
        with serving(data) as url:
            yield url
    finally:
        home = find_installation(data).data.parent
        if home != folder.resolve():
            shutil.rmtree(home, ignore_errors=True)


def conninfo(url: str) -> str:
    """SQLAlchemy's URL as psycopg takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def connect(url: str, **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(conninfo(url), autocommit=True, **options)


def as_superuser(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """For what no application may do: to load history without its triggers."""
    return connect(url, user="postgres")
