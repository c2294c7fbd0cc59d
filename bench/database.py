"""The measured database, and the connections of the bench to it."""

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
    """Yield the URL of a PostgreSQL for this run, with fsync. Delete its data afterwards, also below /var/lib."""
    data = folder / "postgres"
    try:
        with serving(data) as url:
            yield url
    finally:
        home = find_installation(data).data.parent
        if home != folder.resolve():
            shutil.rmtree(home, ignore_errors=True)


def conninfo(url: str) -> str:
    """Return SQLAlchemy's URL in the form of psycopg."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def connect(url: str, **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(conninfo(url), autocommit=True, **options)


def as_superuser(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Connect with rights that the application does not have: to load history without triggers."""
    return connect(url, user="postgres")
