"""Databases for tests: created, migrated, emptied, dropped."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from graphlib import TopologicalSorter

from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from app.config import ROOT

TUESDAY_NOON = datetime(2054, 11, 24, 12, 0, tzinfo=UTC)
"""The time of the tests: an ordinary opening hour in winter, when London keeps UTC. It is far ahead of the
database's own clock, by which the consistency check finds overdue work; the calendar is that of 2026."""


@contextmanager
def temporary(server: str, purpose: str) -> Iterator[str]:
    """Create an empty database of our own on the server; drop it at the end."""
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
    """Drop the database without force first, which also ends the server's own vacuum: with FORCE, a user who is
    not a superuser is refused as long as a vacuum runs."""
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
    """Delete every row, table by table if it has any: to truncate all tables takes longer than most tests. The
    triggers that protect ledgers from it are switched off meanwhile."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(_EMPTY.format(tables=", ".join(_tables(connection, url)))))


_order: dict[str, list[str]] = {}


def _tables(connection: Connection, url: str) -> list[str]:
    """Return quoted names, each before the tables that it refers to."""
    if url not in _order:
        graph: dict[str, set[str]] = defaultdict(set)
        for name, referred in connection.execute(_REFERENCES):
            graph[name] |= set()
            if referred is not None:
                graph[referred].add(name)
        _order[url] = [f"'{name}'" for name in TopologicalSorter(graph).static_order()]
    return _order[url]


_REFERENCES = text("""
    SELECT t.relname, r.relname FROM pg_class t
    LEFT JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f' AND c.confrelid <> t.oid
    LEFT JOIN pg_class r ON r.oid = c.confrelid
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
        AND t.relname <> 'alembic_version'
""")
_EMPTY = """
    DO $$
    DECLARE
        name text;
        filled boolean;
    BEGIN
        FOREACH name IN ARRAY ARRAY[{tables}] LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
            IF filled THEN
                EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', name);
                EXECUTE format('DELETE FROM %I', name);
                EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', name);
            END IF;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
            FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL;
    END $$
"""
