"""Databases for tests: made, migrated, emptied, dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.config import ROOT

TUESDAY_NOON = datetime(2054, 11, 24, 12, 0, tzinfo=UTC)
"""When tests happen: an ordinary opening hour in winter, when London keeps UTC. It lies far ahead of the
database's own clock, by which the audit tells what is overdue; the calendar is that of 2026."""


@contextmanager
def temporary(server: str, purpose: str) -> Iterator[str]:
    """An empty database of our own on the server; dropped at the end."""
    name = f"onecounter_{purpose}_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        drop(connection, name)
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            drop(connection, name)


def drop(connection: Connection, name: str) -> None:
    """Politely first, which sends the server's own vacuum away: the force of a user who is not a superuser is
    refused as long as one is at work there."""
    try:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
    except OperationalError:  # a connection was left open
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def migrate(url: str, level: str = "head") -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        (alembic.downgrade if level == "base" else alembic.upgrade)(config, level)
    engine.dispose()


def empty(url: str) -> None:
    """Delete every row. The triggers that keep ledgers from it are switched off for the moment."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(_EMPTY)
    engine.dispose()


_EMPTY = text("""
    DO $$
    DECLARE
        tables text;
        one record;
    BEGIN
        SELECT string_agg(quote_ident(tablename), ', ') INTO tables FROM pg_tables
        WHERE schemaname = current_schema() AND tablename <> 'alembic_version';
        FOR one IN SELECT event_object_table AS name FROM information_schema.triggers
            WHERE trigger_name LIKE '%_append_only' GROUP BY 1
        LOOP EXECUTE 'ALTER TABLE ' || one.name || ' DISABLE TRIGGER ' || one.name || '_no_truncate'; END LOOP;
        EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY';
        FOR one IN SELECT event_object_table AS name FROM information_schema.triggers
            WHERE trigger_name LIKE '%_append_only' GROUP BY 1
        LOOP EXECUTE 'ALTER TABLE ' || one.name || ' ENABLE TRIGGER ' || one.name || '_no_truncate'; END LOOP;
    END $$
""")
