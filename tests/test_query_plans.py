"""No statement of a day in the shop reads a whole growing table, with fresh or with prepared plans."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection as Driver
from psycopg import sql
from sqlalchemy import Engine, event

from app.jobs.orders import remind_shoppers
from app.jobs.registry import PERIODIC
from tests.data.load import sign_ins
from tests.data.load.accounts import ACCOUNTS, use_account
from tests.data.load.payments import MONEY
from tests.drivers import catalogue
from tests.drivers.shop import LEEDS, Placed, Shop, open_shop

MANY = 20_000
SMALL = (
    "locations", "devices", "api_clients", "price_lists", "pricing_version", "tax_rates", "markets", "promotions",
    "staff", "staff_roles", "users",
)  # fmt: skip
"""Tables that do not grow with the trade."""
WITHOUT_PLAN = ("SAVEPOINT", "RELEASE")
PLANNED_AGAIN = 7
"""After five custom plans PostgreSQL considers a generic one, and psycopg prepares after five executions."""


@pytest.fixture(scope="module")
def busy(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a shop of 20,000 products and as many orders, nearly all of them collected long ago."""
    with open_shop(server, "plans", tmp_path_factory.mktemp("plans")) as shop:
        shop.change(_PRODUCTS.format(many=MANY), _LIST, _LISTED, _STOCK)
        shop.change(_ORDERS.format(many=MANY), _FULFILMENTS)
        shop.change(_LINES, _RESERVATIONS, _TASKS, _EVENTS, _SEAL, _COSTS, _SHORTFALLS)
        shop.change(_CARTS.format(many=MANY), _CART_LINES, _ANSWERS.format(many=MANY))
        used = (_PROMOTION, _COUPONS.format(many=MANY), _CART_COUPONS, _USES, _PEOPLE)
        shop.change(
            *used, _SIGNED.format(many=MANY), *sign_ins.SESSIONS, *ACCOUNTS, *MONEY, "ANALYZE"
        )
        yield shop


Statement = tuple[str, Mapping[str, Any]]


@contextmanager
def listening(engine: Engine) -> Iterator[dict[str, Statement]]:
    """Collect the statements that reach the cursor, each kind once, with its parameters."""
    sent: dict[str, Statement] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if isinstance(parameters, Mapping) and not statement.startswith(WITHOUT_PLAN):
            sent[statement] = (statement, parameters)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plans(driver: Driver[Any], statement: Statement) -> Iterator[str]:
    """Return the plan of a prepared statement, time after time."""
    text, parameters = statement
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
    for number, name in enumerate(names, start=1):
        text = text.replace(f"%({name})s", f"${number}")
    driver.execute(f"PREPARE one AS {text.replace('%%', '%')}".encode())
    values = sql.SQL(", ").join(sql.Literal(parameters[name]) for name in names)
    explain = sql.SQL("EXPLAIN EXECUTE one({})" if names else "EXPLAIN EXECUTE one").format(values)
    for _ in range(PLANNED_AGAIN):
        yield "\n".join(row[0] for row in driver.execute(explain))
    driver.execute("DEALLOCATE one")


def read_whole(engine: Engine, statement: Statement) -> dict[str, str]:
    """Return the growing tables that one of the plans reads completely, with that plan."""
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        return {
            table: plan
            for plan in plans(driver, statement)
            for table in re.findall(r"Seq Scan on (\w+)", plan)
            if table not in SMALL
        }
    finally:
        connection.close()


def browse(shop: Shop) -> None:
    get = shop.client.get
    for path in (
        "products", "products?category=C7", "products?q=title77", "products/h-777",
        "availability?line=S-777:1&near=53.8,-1.5",
    ):  # fmt: skip
        assert get(f"/api/v1/{path}").status_code == 200, path
    page = get("/api/v1/products?limit=5").get_json()["next_cursor"]
    for query in ("", "&category=C7", "&q=title"):
        assert get(f"/api/v1/products?cursor={page}{query}").status_code == 200


def trade(shop: Shop) -> None:
    """An order is collected, one is cancelled, one expires and is reinstated, and the jobs run."""
    first, second = (shop.order({"S-1": 3, "S-2": 1}) for _ in range(2))
    cart = shop.cart({"S-1": 3, "S-2": 1})
    signed = shop.call("POST", f"/api/v1/carts/{cart['id']}/quote", cart["token"]).get_json()
    assert shop.checkout(cart, expected_total=1).status_code == 409
    body = shop.checkout(cart, quote=signed["token"]).get_json()
    third = Placed(body["number"], body["token"], body["fulfilments"][0]["code"], body)
    short = [{"sku": "S-1", "quantity": 1, "reason": "gone"}]
    picked = {"lines": [{"sku": "S-1", "quantity": 1}], "short": short}
    shop.staff("POST", f"fulfilments/{shop.fulfilment(first)}/picks", picked)
    due = shop.make_ready(first).get_json()["amount_due"]
    shop.seen(first)
    for path in ("events", "arrived", "cancel"):
        method = "GET" if path == "events" else "POST"
        shop.call(method, f"/api/v1/orders/{second.number}/{path}", second.token)
    shop.call("POST", f"/api/v1/orders/{first.number}/arrived", first.token)
    assert shop.hand_over(first, due, received_by="Charles").status_code == 200
    shop.staff("POST", "counts", {"lines": [{"sku": "S-1", "quantity": 5}]})
    shop.staff("GET", "counts")
    assert shop.tasks(LEEDS, "?limit=5&kind=pick&kind=restock&kind=hand_over")
    shop.make_ready(third)
    shop.clock.advance(timedelta(days=3))
    remind_shoppers(shop.jobs)
    shop.clock.advance(timedelta(days=8))
    for name, job in PERIODIC.items():
        if name != "apply_retention":  # tests/test_customer_plans.py covers it
            job.run(shop.jobs)
    back = f"fulfilments/{shop.fulfilment(third)}"
    assert shop.staff("POST", f"{back}/restock").status_code == 200
    assert shop.staff("POST", f"{back}/reinstate").status_code == 200
    shop.seal()


def set_prices(shop: Shop) -> None:
    """Prices of the base list and of another one are set, read, shown as reduced and sold."""
    prices = [
        {"sku": "S-7", "price": {"amount": 90, "currency": "GBP"}, "compare_at": 100, "list": code}
        for code in (None, "web")
    ]
    assert catalogue.done(shop, "PUT", "prices", {"prices": prices})["set"] == 2
    assert catalogue.done(shop, "GET", "variants/S-7/prices")["prices"]
    rate = {"country": "GB", "category": "books", "rate": 0}
    assert catalogue.done(shop, "PUT", "tax-rates", rate)
    shown = shop.client.get("/api/v1/products/h-7").get_json()["variants"][0]["price"]
    assert shown["lowest_30_days"] == 100
    assert shop.order({"S-7": 1}).body["total"] == 90


@pytest.mark.parametrize(
    "work",
    [browse, trade, set_prices, sign_ins.work_for_a_day, use_account],
    ids=lambda work: work.__name__,
)
def test_no_statement_reads_a_growing_table_completely(busy: Shop, work: Any) -> None:
    with listening(busy.engine) as sent:
        work(busy)
    assert len(sent) > 5
    slow = {text: found for text, one in sent.items() if (found := read_whole(busy.engine, one))}
    assert slow == {}, "\n\n".join(
        f"{text}\n\n{plan}" for text, found in slow.items() for plan in found.values()
    )


def test_the_detector_finds_a_complete_read_of_a_table(busy: Shop) -> None:
    statement = ("SELECT id FROM orders WHERE quote_hash = %(hash)s", {"hash": "x"})
    assert set(read_whole(busy.engine, statement)) == {"orders"}


_PRODUCTS = """
    WITH p AS (
        INSERT INTO products (id, handle, title, description, vendor, category, tags, status, skus, created_at,
            updated_at)
        SELECT gen_random_uuid(), 'h-' || n, 'Title' || n, '', '', 'C' || n % 100, '{{}}', 'active', 'S-' || n,
            now(), now()
        FROM generate_series(1, {many}) n
        RETURNING id, skus
    ), v AS (
        INSERT INTO variants (id, product_id, sku, options, position, grams, active)
        SELECT gen_random_uuid(), id, skus, '{{}}', 1, 0, true FROM p RETURNING id
    )
    INSERT INTO prices (id, variant_id, currency, amount, starts_at, event_id)
    SELECT gen_random_uuid(), id, 'GBP', 100, TIMESTAMPTZ '2026-01-01', gen_random_uuid() FROM v
"""
_LIST = """
    INSERT INTO price_lists (id, code, name, currency, channel, priority, reason, approved_by, created_at,
        event_id)
    VALUES (gen_random_uuid(), 'web', 'Web', 'GBP', 'web', 10, 'Trial', 'Ada', now(), gen_random_uuid())
"""
_LISTED = """
    INSERT INTO prices (id, list_id, variant_id, currency, amount, starts_at, event_id)
    SELECT gen_random_uuid(), l.id, v.id, 'GBP', 100, TIMESTAMPTZ '2026-01-02', gen_random_uuid()
    FROM price_lists l, variants v
"""
_STOCK = """
    INSERT INTO stock (location_id, variant_id, on_hand, reserved, safety_stock, has_movements)
    SELECT l.id, v.id, 100000, 0, 0, false FROM locations l, variants v
"""
_ORDERS = """
    WITH c AS (
        INSERT INTO contacts (id, name, created_at)
        SELECT gen_random_uuid(), 'Shopper ' || n, now() FROM generate_series(1, {many}) n RETURNING id, name
    )
    INSERT INTO orders (id, number, status, version, transition_count, currency, total, net, tax, cancelled,
        paid, quote, quote_hash, client_id, contact_id, started_channel, locale, terms_version, placed_at)
    SELECT gen_random_uuid(), 'N' || c.name, 'collected', 1, 1, 'GBP', 100, 83, 17, 0, 100, '{{}}', '',
        (SELECT id FROM api_clients LIMIT 1), c.id, 'web', 'en-GB', '1', now() FROM c
"""
_FULFILMENTS = """
    INSERT INTO fulfilments (id, order_id, location_id, type, status, promised_at, collect_by, code_number,
        code_attempts, code_attempts_total)
    SELECT gen_random_uuid(), id, (SELECT id FROM locations WHERE code = 'lds'), 'pickup', 'collected',
        now(), now(), 0, 0, 0 FROM orders
"""
_LINES = """
    INSERT INTO order_lines (id, order_id, fulfilment_id, position, variant_id, sku, title, quantity, cancelled,
        unit_price, tax_rate, total, net, tax)
    SELECT gen_random_uuid(), f.order_id, f.id, 1, v.id, 'S-1', '', 1, 0, 100, 200000, 100, 83, 17
    FROM fulfilments f, (SELECT id FROM variants WHERE sku = 'S-1') v
"""
_RESERVATIONS = """
    INSERT INTO reservations (id, location_id, variant_id, order_id, line_id, quantity, picked, status, created_at)
    SELECT gen_random_uuid(), f.location_id, l.variant_id, l.order_id, l.id, 1, 1, 'consumed', now()
    FROM order_lines l JOIN fulfilments f ON f.id = l.fulfilment_id
"""
_TASKS = """
    INSERT INTO tasks (id, kind, department, location_id, due_at, order_id, fulfilment_id, created_at, finished_at)
    SELECT gen_random_uuid(), 'pick', 'shop', location_id, now(), order_id, id, now(), now() FROM fulfilments
"""
_EVENTS = """
    INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, order_id, location_id, payload)
    SELECT gen_random_uuid(), 'order.collected', 1, now(), 'staff', order_id, location_id, '{}' FROM fulfilments
"""
_SEAL = """
    INSERT INTO event_seals (position, event_id, hash)
    SELECT row_number() OVER (ORDER BY transaction_id, id), id, sha256('x') FROM events
"""
_COSTS = """
    INSERT INTO variant_costs (id, variant_id, amount, currency, starts_at)
    SELECT gen_random_uuid(), id, 50, 'GBP', TIMESTAMPTZ '2026-01-01' FROM variants
"""
_SHORTFALLS = """
    INSERT INTO shortfalls (id, location_id, variant_id, order_id, line_id, quantity, cause, event_id, created_at,
        resolved_at)
    SELECT gen_random_uuid(), location_id, variant_id, order_id, line_id, 1, 'count', id, now(), now()
    FROM reservations
"""
_CARTS = """
    INSERT INTO carts (id, client_id, sales_channel, currency, created_at, last_activity_at)
    SELECT gen_random_uuid(), c.id, 'web', 'GBP', now(), now()
    FROM generate_series(1, {many}), (SELECT id FROM api_clients LIMIT 1) c
"""
_CART_LINES = """
    INSERT INTO cart_lines (cart_id, variant_id, quantity)
    SELECT c.id, v.id, 1 FROM carts c, (SELECT id FROM variants WHERE sku = 'S-1') v
"""
_PROMOTION = """
    INSERT INTO promotions (id, code, title, currency, kind, terms, scopes, conditions, priority, exclusive,
        redemption_count, reason, approved_by, created_at, deactivated_at, event_id)
    VALUES (gen_random_uuid(), 'old', 'Old', 'GBP', 'percentage', '{}', '[]', '{}', 100, false, 0, '', '',
        now(), now(), gen_random_uuid())
"""
_SIGNED = """
    INSERT INTO signed_quotes (quote_hash, expires_at, facts, promotions, country, region, created_at)
    SELECT md5(n::text), TIMESTAMPTZ '2055-01-01' + n * interval '1 s', '{{}}', '[]', 'GB', '', now()
    FROM generate_series(1, {many}) n
"""
_COUPONS = """
    INSERT INTO coupons (id, promotion_id, code, normalised_code, redemption_count, active, created_at)
    SELECT gen_random_uuid(), p.id, 'C' || n, 'c' || n, 0, true, now()
    FROM promotions p, generate_series(1, {many}) n
"""
_CART_COUPONS = """
    INSERT INTO cart_coupons (cart_id, coupon_id)
    SELECT c.id, k.id FROM carts c, (SELECT id FROM coupons LIMIT 1) k
"""
_USES = """
    INSERT INTO promotion_redemptions (id, promotion_id, order_id, amount, created_at)
    SELECT gen_random_uuid(), p.id, o.id, 1, now() FROM promotions p, orders o
"""
_PEOPLE = """
    INSERT INTO promotion_customer_usage (promotion_id, email_hash, redemption_count)
    SELECT p.id, o.id::text, 1 FROM promotions p, orders o
"""
_ANSWERS = """
    INSERT INTO idempotency_keys (caller, route, key, request_hash, body, created_at)
    SELECT 'caller', 'POST /', 'key ' || n, '', '', TIMESTAMPTZ '2055-01-01' + n * interval '1 second'
    FROM generate_series(1, {many}) n
"""
