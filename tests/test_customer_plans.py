"""No statement about a person reads a whole growing table: its time does not grow with the shop."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.carts import consents
from app.jobs.privacy import apply_retention, delete_messages
from tests.drivers import customers
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop, open_shop
from tests.test_query_plans import listening, read_whole

MANY = 5_000
GROWING = {
    "rate_limits", "carts", "consents", "contacts", "customer_merges", "customer_notes", "customers", "events",
    "fulfilments", "identities", "messages", "order_lines", "orders", "payment_events", "payments",
    "reservations", "suppressions", "tasks", "threads",
}  # fmt: skip
"""The tables of which the shop has many rows."""
LATER = "'2060-01-01'"
"""After the tests' clock: too young to be deleted."""


@pytest.fixture(scope="module")
def crowded(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a shop of 5,000 customers and as many guests, with an order, a cart, a message, a note, a consent
    and an event."""
    with open_shop(server, "crowded", tmp_path_factory.mktemp("crowded")) as shop:
        shop.stock("MUG", 800, lds=100)
        shop.change(*_CROWD, "ANALYZE")
        yield shop


def view_and_change(shop: Shop) -> None:
    """Staff at a till find the customer; merchants read and change the record and its consents."""
    ada = customers.add(shop, email="s77@example.com", loyalty_card="77")
    for by, value in (("email", "s77@example.com"), ("loyalty_card", "77")):
        assert customers.at_till(shop, by, value)
    assert shop.staff("GET", f"customers/{ada}").status_code == 200
    customers.seen(shop, ada)
    done(shop, "PATCH", f"customers/{ada}", {"tags": ["vip"]})
    done(shop, "POST", f"customers/{ada}/notes", {"body": "x"})
    stated = {"purpose": "offers", "contact_channel": "email", "given": True, "text_version": "1"}
    for given in (True, False):
        done(shop, "PUT", f"customers/{ada}/consents", stated | {"given": given})
    page = done(shop, "GET", "customers?limit=2")
    done(shop, "GET", f"customers?limit=2&cursor={page['next_cursor']}")


def merge_and_undo(shop: Shop) -> None:
    ada, other = customers.add(shop, email="s78@example.com"), customers.add(shop)
    assert len(done(shop, "GET", f"customers/{ada}/duplicates")["items"]) >= 2
    done(shop, "GET", f"customers/{ada}/merge-preview/{other}")
    customers.undo(shop, ada, customers.merge(shop, ada, other))


def erase_customers(shop: Shop) -> None:
    ada = customers.add(shop)
    placed = customers.order_of(shop, ada, {"MUG": 1})
    stated = {"purpose": "offers", "contact_channel": "email", "given": True, "text_version": "1"}
    shop.call("PUT", f"/api/v1/orders/{placed.number}/consents", placed.token, stated)
    with shop.engine.connect() as reader:
        assert consents.of_customer(reader, UUID(ada))
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    done(shop, "GET", f"customers/{ada}/export")
    erasure = customers.erase(shop, ada)
    delete_messages(shop.jobs, erasure)
    guest = {"email": "guest5@example.com"}
    assert customers.as_owner(shop, "POST", "erasures", guest).status_code == 200
    apply_retention(shop.jobs)


@pytest.mark.parametrize(
    "work", [view_and_change, merge_and_undo, erase_customers], ids=lambda work: work.__name__
)
def test_no_statement_about_a_person_reads_a_growing_table_completely(
    crowded: Shop, work: Any
) -> None:
    with listening(crowded.engine) as collected:
        work(crowded)
    slow = {
        statement: plan
        for statement, one in collected.items()
        for table, plan in read_whole(crowded.engine, one).items()
        if table in GROWING
    }
    assert slow == {}, "\n\n".join(f"{statement}\n\n{plan}" for statement, plan in slow.items())


@pytest.mark.parametrize("function", ["customer_ids", "canonical_customer_id", "customer_group_of"])
def test_the_functions_over_merged_customers_are_planned_inside_their_statement(
    crowded: Shop, function: str
) -> None:
    """A call that PostgreSQL does not inline hides its reads from the plan, and runs as a statement of its own."""
    explain = text(f"EXPLAIN SELECT * FROM {function}(:customer)")
    with crowded.engine.connect() as reader:
        plan = "\n".join(reader.scalars(explain, {"customer": UUID(int=0)}))
        assert "Function Scan" not in plan
        assert "customers_pkey" in plan
        reader.execute(text(f"ALTER FUNCTION {function}(uuid) VOLATILE"))
        assert "Function Scan" in "\n".join(reader.scalars(explain, {"customer": UUID(int=0)}))


_CROWD = (
    f"""
    INSERT INTO contacts (id, name, email, phone, created_at)
    SELECT gen_random_uuid(), 'Person ' || n, 's' || n || '@example.com', '+44' || n, {LATER}
    FROM generate_series(1, {MANY}) n
    """,
    """
    INSERT INTO customers (id, contact_id, created_at) SELECT gen_random_uuid(), id, now() FROM contacts
    """,
    """
    INSERT INTO identities (id, customer_id, kind, value, created_at)
    SELECT gen_random_uuid(), c.id, k.kind, CASE k.kind WHEN 'email' THEN n.email ELSE n.phone END, now()
    FROM customers c JOIN contacts n ON n.id = c.contact_id, (VALUES ('email'), ('phone')) k(kind)
    """,
    f"""
    INSERT INTO contacts (id, name, email, created_at)
    SELECT gen_random_uuid(), 'Guest ' || n, 'guest' || n || '@example.com', {LATER}
    FROM generate_series(1, {MANY}) n
    """,
    """INSERT INTO orders (id, number, status, version, transition_count, currency, total, net, tax,
        cancelled, paid, quote, quote_hash, client_id, contact_id, customer_id, started_channel, locale,
        terms_version, placed_at) SELECT gen_random_uuid(), 'N' || row_number() OVER (), 'collected', 1, 1,
        'GBP', 100, 83, 17, 0, 100, '{}', '', (SELECT id FROM api_clients LIMIT 1), n.id, c.id, 'web', 'en-GB',
        '1', now() FROM contacts n LEFT JOIN customers c ON c.contact_id = n.id """,
    """
    INSERT INTO fulfilments (id, order_id, location_id, type, status, promised_at, collect_by, code_number,
        code_attempts, code_attempts_total)
    SELECT gen_random_uuid(), id, (SELECT id FROM locations LIMIT 1), 'pickup', 'collected', now(), now(), 0, 0, 0
    FROM orders
    """,
    """
    INSERT INTO order_lines (id, order_id, fulfilment_id, position, variant_id, sku, title, quantity, cancelled,
        unit_price, tax_rate, total, net, tax)
    SELECT gen_random_uuid(), f.order_id, f.id, 1, v.id, 'MUG', '', 1, 0, 100, 200000, 100, 83, 17
    FROM fulfilments f, variants v
    """,
    """
    INSERT INTO reservations (id, location_id, variant_id, order_id, line_id, quantity, picked, status, created_at)
    SELECT gen_random_uuid(), f.location_id, l.variant_id, l.order_id, l.id, 1, 1, 'consumed', now()
    FROM order_lines l JOIN fulfilments f ON f.id = l.fulfilment_id
    """,
    """
    INSERT INTO tasks (id, kind, department, location_id, due_at, order_id, fulfilment_id, created_at, finished_at)
    SELECT gen_random_uuid(), 'pick', 'shop', location_id, now(), order_id, id, now(), now() FROM fulfilments
    """,
    """
    INSERT INTO payments (id, order_id, method, status, amount, authorised, currency, created_at)
    SELECT gen_random_uuid(), id, 'cash', 'captured', 100, 100, 'GBP', now() FROM orders
    """,
    """
    INSERT INTO payment_events (id, payment_id, order_id, kind, amount, event_id, occurred_at)
    SELECT gen_random_uuid(), id, order_id, 'capture', 100, gen_random_uuid(), now() FROM payments
    """,
    f"""
    INSERT INTO carts (id, client_id, sales_channel, customer_id, currency, created_at, last_activity_at)
    SELECT gen_random_uuid(), (SELECT id FROM api_clients LIMIT 1), 'web', id, 'GBP', now(), {LATER}
    FROM customers
    """,
    "INSERT INTO cart_lines (cart_id, variant_id, quantity) SELECT c.id, v.id, 1 FROM carts c, variants v",
    """
    INSERT INTO threads (id, contact_id, order_id, topic, subject, status, opened_at)
    SELECT gen_random_uuid(), contact_id, id, 'order', 'Order', 'open', now() FROM orders
    """,
    f"""
    INSERT INTO messages (id, thread_id, direction, contact_channel, status, body, created_at)
    SELECT gen_random_uuid(), id, 'out', 'email', 'sent', 'Hello', {LATER} FROM threads
    """,
    """
    INSERT INTO consents (id, contact_id, purpose, contact_channel, status, source, text_version, locale, evidence,
        event_id, at)
    SELECT gen_random_uuid(), id, 'offers', 'email', 'given', 'order', '1', 'en', '', gen_random_uuid(), now()
    FROM contacts
    """,
    """
    INSERT INTO suppressions (id, address_hash, contact_channel, purpose, reason, created_at)
    SELECT gen_random_uuid(), id::text, 'email', 'offers', 'withdrawn', now() FROM contacts
    """,
    """
    INSERT INTO customer_notes (id, customer_id, body, actor_kind, created_at)
    SELECT gen_random_uuid(), id, 'x', 'staff', now() FROM customers
    """,
    """
    INSERT INTO customer_merges (id, merged_id, into_id, reason, event_id, created_at)
    SELECT gen_random_uuid(), id, lag(id) OVER (ORDER BY id), 'confirmed', gen_random_uuid(), now() FROM customers
    OFFSET 1
    """,
    """
    INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, order_id, payload)
    SELECT gen_random_uuid(), 'order.collected', 1, now(), 'staff', id, '{}' FROM orders
    """,
    f"""
    INSERT INTO rate_limits (purpose, subject, used, resets_at)
    SELECT 'test', n::text, 1, {LATER} FROM generate_series(1, {MANY}) n
    """,
)
