"""Connections of the harness itself, beside those that are measured."""

from typing import Any

import psycopg
from sqlalchemy.engine import make_url


def conninfo(url: str) -> str:
    """SQLAlchemy's URL as psycopg takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def connect(url: str, **options: Any) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(conninfo(url), autocommit=True, **options)


def as_superuser(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """For what no application may do: to load history without its triggers."""
    return connect(url, user="postgres")
