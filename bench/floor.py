"""The floor: the least work of a Flask application on PostgreSQL for the same effect.

It has no schemas, authorisation, logs, metrics or ids in headers, only Flask's routing, psycopg's pool, orjson and
SQL. The same gunicorn runs it with the same configuration as ours. Reads run in autocommit and read rows with the
data that ours return. The tables `floor_*` have primary keys only: no foreign keys, checks, triggers or other
indexes. So a floor is not a shop; it shows the cost of Python, HTTP, the driver and the disk on this machine.

`POST /order7` is the smallest durable order in 7 statements, between BEGIN and COMMIT:
1. insert the idempotency key, or find it in use (409);
2. insert the order;
3., 4. insert its two lines;
5. insert its event;
6., 7. reserve each line by a conditional UPDATE, or refuse all (409). This comes last, as in ours, because a hot
row admits one transaction at a time from here to the commit. The order is that of the variants' ids, which the
client sends sorted.

`POST /order1` has the same effect in one statement of CTEs, which needs no BEGIN and no COMMIT.
"""

import os
from typing import Any

import orjson
from flask import Flask, Response, request
from psycopg.errors import DivisionByZero
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from app.core.ids import new_id
from bench.database import conninfo

PAGE = 24


def create(url: str = "", threads: int = 8, **options: Any) -> Flask:
    app = Flask("floor")
    options |= {"autocommit": True, "row_factory": dict_row}
    pool = ConnectionPool(
        conninfo(url or os.environ["DATABASE_URL"]),
        min_size=threads, max_size=threads, kwargs=options, open=True,
    )  # fmt: skip
    app.extensions["pool"] = pool

    @app.get("/bare")
    def bare() -> Response:
        return _answer({"handle": "a-product", "price": {"amount": 1250, "currency": "GBP"}})

    @app.get("/row/<handle>")
    def row(handle: str) -> Response:
        with pool.connection() as connection:
            return _answer(connection.execute(_ROW, (handle,)).fetchone())

    @app.get("/rows")
    def rows() -> Response:
        with pool.connection() as connection:
            after = request.args["title"], request.args["handle"]
            return _answer({"items": connection.execute(_ROWS, after).fetchall()})

    @app.post("/order7")
    def order7() -> Response:
        with pool.connection() as connection:
            return _in_seven(connection, orjson.loads(request.get_data()))

    @app.post("/order1")
    def order1() -> Response:
        with pool.connection() as connection:
            return _in_one(connection, orjson.loads(request.get_data()))

    return app


def _answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, mimetype="application/json")


def _in_seven(connection: Any, body: dict[str, Any]) -> Response:
    order_id, lines = new_id(), body["lines"]
    with connection.transaction() as transaction:
        if connection.execute(_KEY, (body["key"],)).rowcount == 0:
            return _answer({"code": "request_in_progress"}, 409)
        connection.execute(_ORDER, (order_id, sum(line[3] for line in lines)))
        for position, (_, variant, quantity, total) in enumerate(lines):
            connection.execute(_LINE, (order_id, position, variant, quantity, total))
        connection.execute(_EVENT, (new_id(), order_id))
        for location, variant, quantity, _ in lines:
            if connection.execute(_RESERVE, (quantity, location, variant, quantity)).rowcount == 0:
                transaction.force_rollback = True
                return _answer({"code": "insufficient_stock"}, 409)
    return _answer({"id": order_id}, 201)


def _in_one(connection: Any, body: dict[str, Any]) -> Response:
    order_id = new_id()
    columns = [list(column) for column in zip(*body["lines"], strict=True)]
    try:
        connection.execute(_ALL, {
            "key": body["key"], "order": order_id, "event": new_id(), "locations": columns[0],
            "variants": columns[1], "quantities": columns[2], "totals": columns[3],
        })  # fmt: skip
    except DivisionByZero:
        return _answer({"code": "insufficient_stock"}, 409)
    return _answer({"id": order_id}, 201)


_ROW = """
    SELECT handle, title, description, vendor, category, sku, barcode, amount
    FROM floor_products WHERE handle = %s
"""
_ROWS = f"""
    SELECT handle, title, description, vendor, category, sku, barcode, amount
    FROM floor_products WHERE (title, handle) > (%s, %s) ORDER BY title, handle LIMIT {PAGE}
"""
_KEY = "INSERT INTO floor_keys (key) VALUES (%s) ON CONFLICT DO NOTHING"
_ORDER = "INSERT INTO floor_orders (id, total) VALUES (%s, %s)"
_LINE = """
    INSERT INTO floor_lines (order_id, position, variant_id, quantity, total)
    VALUES (%s, %s, %s, %s, %s)
"""
_EVENT = "INSERT INTO floor_events (id, order_id, kind) VALUES (%s, %s, 'order.placed')"
_RESERVE = """
    UPDATE floor_stock SET reserved = reserved + %s
    WHERE location_id = %s AND variant_id = %s AND on_hand - reserved >= %s
"""
_ALL = """
    WITH wanted AS (
        SELECT * FROM unnest(%(locations)s::uuid[], %(variants)s::uuid[], %(quantities)s::int[],
                             %(totals)s::bigint[])
            WITH ORDINALITY AS w(location_id, variant_id, quantity, total, position)
    ), locked AS MATERIALIZED (
        SELECT s.location_id, s.variant_id, w.quantity
        FROM floor_stock s JOIN wanted w USING (location_id, variant_id)
        ORDER BY s.location_id, s.variant_id FOR NO KEY UPDATE OF s
    ), reserved AS (
        UPDATE floor_stock s SET reserved = s.reserved + l.quantity FROM locked l
        WHERE s.location_id = l.location_id AND s.variant_id = l.variant_id
          AND s.on_hand - s.reserved >= l.quantity
        RETURNING 1
    ), k AS (
        INSERT INTO floor_keys (key) VALUES (%(key)s)
    ), o AS (
        INSERT INTO floor_orders (id, total) SELECT %(order)s, sum(total) FROM wanted
    ), l AS (
        INSERT INTO floor_lines (order_id, position, variant_id, quantity, total)
        SELECT %(order)s, position, variant_id, quantity, total FROM wanted
    ), e AS (
        INSERT INTO floor_events (id, order_id, kind) VALUES (%(event)s, %(order)s, 'order.placed')
    )
    SELECT 1 / (count(*) = (SELECT count(*) FROM wanted))::int FROM reserved
"""
"""If fewer lines are reserved than wanted, a division by zero rolls the whole statement back."""

TABLES = """
    CREATE TABLE floor_keys (key text PRIMARY KEY);
    CREATE TABLE floor_orders (
        id uuid PRIMARY KEY, total bigint NOT NULL, placed_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE floor_lines (
        order_id uuid, position int, variant_id uuid NOT NULL, quantity int NOT NULL,
        total bigint NOT NULL, PRIMARY KEY (order_id, position));
    CREATE TABLE floor_events (
        id uuid PRIMARY KEY, order_id uuid NOT NULL, kind text NOT NULL,
        at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE floor_stock (
        location_id uuid, variant_id uuid, on_hand int NOT NULL, reserved int NOT NULL,
        PRIMARY KEY (location_id, variant_id)) WITH (fillfactor = 80);
    INSERT INTO floor_stock SELECT location_id, variant_id, on_hand, 0 FROM stock;
    CREATE TABLE floor_products AS
        SELECT DISTINCT ON (p.id) p.handle, p.title, p.description, p.vendor, p.category, v.sku,
            v.barcode, r.amount
        FROM products p JOIN variants v ON v.product_id = p.id JOIN prices r ON r.variant_id = v.id
        WHERE p.status = 'active' AND v.active ORDER BY p.id, v.position, r.starts_at DESC;
    ALTER TABLE floor_products ADD PRIMARY KEY (handle);
    CREATE INDEX ON floor_products (title, handle);
"""
