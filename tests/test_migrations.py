"""The database that migrations create is the one that the models describe; up and down both work; indexes are
used."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.exc import DBAPIError

import app.core
from app.core.events import TransactionId
from app.core.ids import new_id
from app.core.model import Base
from tests import databases
from tests.application import application, settings_for
from tests.data import rows as make
from tests.drivers.shop import Shop


@pytest.fixture(scope="module")
def fresh(server: str) -> Iterator[str]:
    with databases.temporary(server, "migrations") as url:
        yield url


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = set(
            connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        )
    engine.dispose()
    return found


def test_models_and_migrations_agree(fresh: str) -> None:
    for module in pkgutil.walk_packages(app.core.__path__, "app.core."):
        importlib.import_module(module.name)
    ischema_names["xid8"] = TransactionId  # which SQLAlchemy does not know by itself
    databases.migrate(fresh)
    engine = create_engine(fresh)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": ours}
        difference = compare_metadata(
            MigrationContext.configure(connection, opts=options), Base.metadata
        )
    engine.dispose()
    assert difference == []


def test_migrated_tables_have_the_same_checks_indexes_and_defaults_as_the_models(
    fresh: str, server: str
) -> None:
    """The comparison above does not cover checks and partial indexes."""
    databases.migrate(fresh)
    with databases.temporary(server, "models") as url:
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        assert described(fresh) == described(url)


def described(url: str) -> dict[str, set[str]]:
    """Return columns, constraints and indexes by table, in PostgreSQL's own words."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(_DESCRIBED).all()
    engine.dispose()
    return {table: {what for name, what in rows if name == table} for table in Base.metadata.tables}


def ours(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def test_migrations_go_down_to_nothing_and_up_again(fresh: str) -> None:
    databases.migrate(fresh)
    full = tables(fresh)
    databases.migrate(fresh, "base")
    assert tables(fresh) == {"alembic_version"}
    databases.migrate(fresh)
    assert tables(fresh) == full


def test_a_database_of_another_version_is_refused_with_the_remedy(
    server: str, tmp_path: Path
) -> None:
    with databases.temporary(server, "older") as url:
        databases.migrate(url)
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0015'"))
        app = application(settings_for(url, tmp_path))
        result = app.test_cli_runner().invoke(args=["migrate"])
        app.extensions["engine"].dispose()
    assert result.exit_code == 1
    assert result.output == (
        "Error: The database is at revision 0015 of another version, which cannot be migrated: "
        "use an empty database, then run this again.\n"
    )


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
@pytest.mark.parametrize("ledger", ["events", "stock_movements", "payment_events", "prices"])
def test_ledgers_cannot_be_rewritten(shop: Shop, ledger: str, statement: str) -> None:
    shop.stock("MUG", 100, lds=5)
    placed = shop.order({"MUG": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 100)
    with shop.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement.format(ledger)))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("tax_rates", {"country": "GB", "region": "", "category": "standard", "rate": 0}),
        ("prices", {"currency": "GBP", "amount": 1}),
    ],
)
@pytest.mark.parametrize("at", ["2100-01-01 00:00+00", "9999-12-31 23:59:59-12:00", "infinity"])
def test_no_start_is_accepted_that_a_time_zone_cannot_represent(
    shop: Shop, table: str, row: dict[str, Any], at: str
) -> None:
    """Both tables are append-only: a moment that Python cannot read would stay permanently."""
    shop.stock("MUG", 100)
    row = {"id": new_id(), "event_id": new_id(), "starts_at": at, **row}
    if table == "prices":
        row["variant_id"] = shop.rows("SELECT id FROM variants")[0][0]
    insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})"
    with pytest.raises(DBAPIError, match=f"{table}_starts_at_check"):
        shop.change(insert, **row)


PLANS = {
    "a page of products": """
        SELECT id FROM products WHERE status = 'active' ORDER BY title, handle LIMIT 24""",
    "a page of a category": """
        SELECT id FROM products WHERE status = 'active' AND category = 'C7' AND (title, handle) > ('A', 'a')
        ORDER BY title, handle LIMIT 24""",
    "a search": "SELECT id FROM products WHERE search @@ to_tsquery('simple', '''title777'':*')",
    "one product": "SELECT id FROM products WHERE status = 'active' AND handle = 'h-777'",
    "the price in force": """
        SELECT amount FROM prices WHERE variant_id = (SELECT id FROM variants WHERE sku = 'S-777')
        AND currency = 'GBP' AND list_id IS NULL
            AND min_quantity = 1 AND starts_at <= now() ORDER BY starts_at DESC LIMIT 1""",
    "stock of an item": """
        SELECT on_hand FROM stock WHERE variant_id = (SELECT id FROM variants WHERE sku = 'S-777')""",
}


@pytest.fixture(scope="module")
def large(server: str) -> Iterator[Connection]:
    """Return a database of 20,000 products: enough that a complete read shows."""
    with databases.temporary(server, "large") as url:
        databases.migrate(url)
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            make.make_stores(connection)
            connection.execute(_MANY)
            connection.execute(text("ANALYZE"))
            yield connection


@pytest.mark.parametrize("name", PLANS)
def test_no_read_goes_through_the_whole_catalogue(large: Connection, name: str) -> None:
    plan = "\n".join(large.scalars(text(f"EXPLAIN {PLANS[name]}")))
    scanned = [
        table
        for table in ("products", "variants", "prices", "stock")
        if f"Seq Scan on {table}" in plan
    ]
    assert scanned == [], plan


_DESCRIBED = text("""
    SELECT table_name::text, concat_ws(' ', column_name, udt_name, is_nullable, column_default, collation_name,
        generation_expression)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT c.conrelid::regclass::text, c.conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c
    WHERE c.connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
""")
_MANY: Any = text("""
    WITH p AS (
        INSERT INTO products (id, handle, title, description, vendor, category, tags, status, skus, created_at,
            updated_at)
        SELECT gen_random_uuid(), 'h-' || n, 'Title' || n, '', '', 'C' || n % 100, '{}', 'active', 'S-' || n,
            now(), now()
        FROM generate_series(1, 20000) n
        RETURNING id, skus
    ), v AS (
        INSERT INTO variants (id, product_id, sku, options, position, grams, active)
        SELECT gen_random_uuid(), id, skus, '{}', 1, 0, true FROM p RETURNING id
    ), s AS (
        INSERT INTO stock (location_id, variant_id, on_hand, reserved, safety_stock, has_movements)
        SELECT l.id, v.id, 0, 0, 0, false FROM locations l, v
    )
    INSERT INTO prices (id, variant_id, currency, amount, starts_at, event_id)
    SELECT gen_random_uuid(), id, 'GBP', 100, now() - interval '1 day', gen_random_uuid() FROM v
""")
