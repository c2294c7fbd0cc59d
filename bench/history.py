"""`--large`: ten times the catalogue, and a million past orders.

Each table that a checkout writes is filled as after a million collected orders, so that its indexes are as deep.
The rows are written in batches without triggers, by sets. The numbers agree (lines with orders, stock with its
movements), but nothing is hashed or sealed, so do not run `flask check` on this database.
"""

import time
from collections.abc import Callable
from typing import Any

from bench import database

COPIES = 9
ORDERS = 1_000_000
BATCH = 50_000


def multiply_catalogue(url: str) -> None:
    """Add nine copies of each product with variants, prices and stock, under new handles and SKUs."""
    with database.as_superuser(url) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in _MULTIPLY:
            connection.execute(statement, {"copies": COPIES})
        connection.execute("ANALYZE")


def insert_orders(url: str, progress: Callable[[str], None]) -> None:
    """Insert a million collected and paid orders of the last two years."""
    began = time.monotonic()
    with database.as_superuser(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute(_ITEMS)
        for first in range(0, ORDERS, BATCH):
            with connection.transaction():
                _insert_batch(connection, first)
            done, took = first + BATCH, time.monotonic() - began
            progress(f"{done:,} of {ORDERS:,} orders, {took:.0f} s")
        connection.execute(_ADJUST_STOCK)
        connection.execute("DROP TABLE bench_items, bench_stores")


def _insert_batch(connection: Any, first: int) -> None:
    connection.execute(_ORDERS, {"first": first, "last": first + BATCH - 1, "all": ORDERS})
    connection.execute(_LINES)
    for statement in _OTHER_TABLES:
        connection.execute(statement)
    connection.execute("DROP TABLE o, l")


def insert_floor_orders(url: str) -> None:
    with database.connect(url) as connection:
        for statement in _FLOOR:
            connection.execute(statement, {"orders": ORDERS})


_MULTIPLY = (
    """
    CREATE TEMP TABLE copied ON COMMIT DROP AS
    SELECT p.id AS old, n, gen_random_uuid() AS id
    FROM products p, generate_series(1, %(copies)s) n
    """,
    """
    CREATE TEMP TABLE copied_variants ON COMMIT DROP AS
    SELECT v.id AS old, c.n, c.id AS product_id, gen_random_uuid() AS id
    FROM variants v JOIN copied c ON c.old = v.product_id
    """,
    """
    INSERT INTO products (id, handle, title, description, vendor, category, tags, status, skus,
        created_at, updated_at)
    SELECT c.id, handle || '-' || n, title || ' No ' || n, description, vendor,
        category || ' ' || n, tags, status, replace(skus, ' ', '-' || n || ' ') || '-' || n,
        created_at, updated_at
    FROM products p JOIN copied c ON c.old = p.id
    """,
    """
    INSERT INTO variants (id, product_id, sku, barcode, options, position, grams, active)
    SELECT c.id, c.product_id, sku || '-' || n, barcode || n, options, position, grams, active
    FROM variants v JOIN copied_variants c ON c.old = v.id
    """,
    """
    INSERT INTO prices (id, variant_id, currency, amount, starts_at, event_id)
    SELECT gen_random_uuid(), c.id, currency, amount, starts_at, event_id
    FROM prices p JOIN copied_variants c ON c.old = p.variant_id
    """,
    """
    INSERT INTO stock (location_id, variant_id, on_hand, reserved, safety_stock, has_movements)
    SELECT location_id, c.id, on_hand, 0, safety_stock, has_movements
    FROM stock s JOIN copied_variants c ON c.old = s.variant_id
    """,
    """
    INSERT INTO stock_movements
        (id, location_id, variant_id, quantity, kind, reason, event_id, occurred_at)
    SELECT gen_random_uuid(), location_id, c.id, quantity, kind, reason, event_id, occurred_at
    FROM stock_movements m JOIN copied_variants c ON c.old = m.variant_id
    """,
)

_ITEMS = """
    CREATE TABLE bench_items AS
    SELECT row_number() OVER () - 1 AS n, v.id, v.sku, v.barcode, p.title, r.amount,
        round(r.amount / 6.0)::bigint AS tax
    FROM variants v JOIN products p ON p.id = v.product_id JOIN prices r ON r.variant_id = v.id;
    CREATE UNIQUE INDEX ON bench_items (n);
    CREATE TABLE bench_stores AS
    SELECT row_number() OVER () - 1 AS n, l.id FROM locations l WHERE offers_pickup;
    ANALYZE bench_items;
"""
# Both series of item numbers step through the catalogue by primes, so that all items sell equally often.
_ORDERS = """
    CREATE TEMP TABLE o AS
    SELECT i, uuidv7(back) AS id, gen_random_uuid() AS cart_id, uuidv7(back) AS contact_id,
        uuidv7(back) AS fulfilment_id, uuidv7(back) AS payment_id, uuidv7(back) AS event_id,
        s.id AS location_id, (SELECT id FROM api_clients WHERE sales_channel = 'web') AS client_id,
        now() + back AS at, a.amount + b.amount AS total, a.tax + b.tax AS tax,
        a.n AS first_item, b.n AS second_item,
        upper(lpad(to_hex(i::bigint * 2654435761 %% 4294967296), 8, '0')) || '0' AS number
    FROM generate_series(%(first)s::int, %(last)s) i
    CROSS JOIN LATERAL (SELECT (i - %(all)s::int) * interval '1 minute' AS back) t
    CROSS JOIN (SELECT count(*) AS items FROM bench_items) c
    JOIN bench_items a ON a.n = i::bigint * 7919 %% c.items
    JOIN bench_items b ON b.n = (i::bigint * 7919 + 1) %% c.items
    JOIN bench_stores s ON s.n = i %% (SELECT count(*) FROM bench_stores)
"""
_LINES = """
    CREATE TEMP TABLE l AS
    SELECT o.id AS order_id, o.fulfilment_id, o.location_id, o.cart_id, o.event_id, o.at, p.position,
        uuidv7(o.at - now()) AS id, v.id AS variant_id, v.sku, v.title, v.barcode, v.amount, v.tax
    FROM o, LATERAL (VALUES (1, o.first_item), (2, o.second_item)) p (position, n)
    JOIN bench_items v ON v.n = p.n
"""
_QUOTE = """
    jsonb_build_object('version', 2, 'currency', 'GBP', 'total', total, 'net', total - tax, 'tax', tax, 'lines', (
        SELECT jsonb_agg(jsonb_build_object('sku', sku, 'quantity', 1, 'unit_price', amount,
            'tax_rate', 200000, 'total', amount, 'net', amount - l.tax, 'tax', l.tax))
        FROM l WHERE l.order_id = o.id))
"""
_OTHER_TABLES = (
    "CREATE INDEX ON l (order_id)",
    "ANALYZE l",
    """
    INSERT INTO contacts (id, name, email, phone, created_at)
    SELECT contact_id, 'Shopper ' || i, 'shopper' || i || '@example.com', NULL, at FROM o
    """,
    """
    INSERT INTO carts (id, client_id, sales_channel, currency, type, location_id, order_id,
        created_at, last_activity_at)
    SELECT cart_id, client_id, 'web', 'GBP', 'pickup', location_id, id, at, at FROM o
    """,
    "INSERT INTO cart_lines (cart_id, variant_id, quantity) SELECT cart_id, variant_id, 1 FROM l",
    f"""
    INSERT INTO orders (id, number, status, version, transition_count, currency, total, net, tax,
        cancelled, paid, quote, quote_hash, cart_id, client_id, contact_id, started_channel,
        paid_channel, collected_channel, locale, terms_version, placed_at)
    SELECT id, number, 'collected', 3, 3, 'GBP', total, total - tax, tax, 0, total, {_QUOTE},
        encode(sha256(id::text::bytea), 'hex'), cart_id, client_id, contact_id, 'web', 'pos', 'pos',
        'en-GB', '1', at
    FROM o
    """,
    """
    INSERT INTO fulfilments (id, order_id, location_id, type, status, promised_at, collect_by,
        ready_at, collected_at, code_number, code_attempts, code_attempts_total)
    SELECT fulfilment_id, id, location_id, 'pickup', 'collected', at + interval '2 hours',
        at + interval '5 days', at + interval '2 hours', at + interval '1 day', 0, 0, 0
    FROM o
    """,
    """
    INSERT INTO order_lines (id, order_id, fulfilment_id, position, variant_id, sku, title, barcode,
        quantity, cancelled, unit_price, tax_rate, total, net, tax)
    SELECT id, order_id, fulfilment_id, position, variant_id, sku, title, barcode, 1, 0, amount, 200000,
        amount, amount - tax, tax
    FROM l
    """,
    """
    INSERT INTO reservations (id, location_id, variant_id, order_id, line_id, quantity, picked,
        status, created_at)
    SELECT uuidv7(at - now()), location_id, variant_id, order_id, id, 1, 1, 'consumed', at FROM l
    """,
    """
    INSERT INTO tasks (id, kind, department, location_id, due_at, order_id, fulfilment_id,
        created_at, started_at, finished_at)
    SELECT uuidv7(at - now()), k, 'shop', location_id, at, id, fulfilment_id, at, at, at
    FROM o, unnest(ARRAY['pick', 'hand_over']) k
    """,
    """
    INSERT INTO events (id, kind, schema_version, occurred_at, recorded_at, actor_kind,
        sales_channel, location_id, client_id, order_id, payload)
    SELECT uuidv7(at - now()), 'order.' || k, 1, at, at, 'staff', 'pos', location_id, client_id, id,
        jsonb_build_object('to', k, 'total', total)
    FROM o, unnest(ARRAY['placed', 'ready', 'collected']) k
    """,
    """
    INSERT INTO stock_movements (id, location_id, variant_id, quantity, kind, order_id, event_id,
        occurred_at)
    SELECT uuidv7(at - now()), location_id, variant_id, -1, 'hand_over', order_id, event_id, at FROM l
    """,
    """
    INSERT INTO payments (id, order_id, method, status, amount, authorised, captured, tendered, currency,
        location_id, created_at)
    SELECT payment_id, id, 'cash', 'captured', total, total, total, total, 'GBP', location_id, at
    FROM o WHERE total > 0
    """,
    """
    INSERT INTO payment_events (id, payment_id, order_id, kind, amount, event_id, occurred_at)
    SELECT uuidv7(at - now()), payment_id, id, 'capture', total, event_id, at FROM o WHERE total > 0
    """,
    """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
    SELECT 'default', 'send_notification', jsonb_build_object('order_id', id, 'template', k), 'succeeded'
    FROM o, unnest(ARRAY['placed', 'ready', 'collected']) k
    """,
)
_ADJUST_STOCK = """
    UPDATE stock s SET on_hand = m.quantity
    FROM (SELECT location_id, variant_id, sum(quantity) AS quantity FROM stock_movements GROUP BY 1, 2) m
    WHERE s.location_id = m.location_id AND s.variant_id = m.variant_id AND s.on_hand <> m.quantity
"""
_FLOOR = (
    """
    INSERT INTO floor_keys SELECT uuidv7((i - %(orders)s::int) * interval '1 minute')::text
    FROM generate_series(1, %(orders)s) i
    """,
    """
    INSERT INTO floor_orders (id, total) SELECT uuidv7((i - %(orders)s::int) * interval '1 minute'), i
    FROM generate_series(1, %(orders)s) i
    """,
    """
    INSERT INTO floor_lines
    SELECT o.id, p, s.variant_id, 1, o.total FROM floor_orders o, generate_series(0, 1) p,
        LATERAL (SELECT variant_id FROM floor_stock LIMIT 1) s
    """,
    "INSERT INTO floor_events (id, order_id, kind) SELECT id, id, 'order.placed' FROM floor_orders",
)
