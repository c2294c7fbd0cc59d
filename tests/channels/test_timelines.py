"""A person's events over all channels, newest first, in the language of the reader."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.jobs.notifications import send_notification
from app.jobs.orders import expire_orders
from tests.core.test_statement_budgets import statements
from tests.drivers import customers
from tests.drivers.catalogue import call, done
from tests.drivers.shop import LEEDS, YORK, Placed, Shop, open_shop
from tests.test_query_plans import listening, read_whole


@pytest.fixture
def ada(shop: Shop) -> str:
    shop.stock("MUG", 800, lds=50, yrk=50)
    return customers.add(shop)


def reported(shop: Shop) -> None:
    """Send the queued notifications."""
    queued, shop.app.extensions["ports"].jobs.queued = shop.app.extensions["ports"].jobs.queued, []
    for name, ids in queued:
        if name == "send_notification":
            send_notification(shop.jobs, **ids)


def collected(shop: Shop, who: str, store: str = LEEDS) -> Placed:
    placed = customers.order_of(shop, who, {"MUG": 1})
    reported(shop)
    shop.make_ready(placed, store)
    assert shop.hand_over(placed, 800, store=store).status_code == 200
    return placed


def test_a_timeline_has_orders_messages_visits_consents_and_staff_actions(
    shop: Shop, ada: str
) -> None:
    placed = collected(shop, ada)
    customers.at_till(shop, "email", "ada@example.com")
    stated = {"purpose": "offers", "contact_channel": "email", "given": True, "text_version": "1"}
    shop.call("PUT", f"/api/v1/orders/{placed.number}/consents", placed.token, stated)
    done(shop, "POST", f"customers/{ada}/notes", {"body": "Likes mugs."})
    assert customers.kinds(shop, ada) == [
        "customer.note_added", "consent.given", "customer.searched", "order.collected", "order.ready",
        "order.picked",
        "order.picking", "message.sent", "order.placed", "customer.created",
    ]  # fmt: skip


def test_each_entry_has_event_actor_and_place_in_english_and_german(shop: Shop, ada: str) -> None:
    placed = collected(shop, ada)
    english = {one["kind"]: one for one in customers.timeline(shop, ada, "&language=en")}
    german = {one["kind"]: one for one in customers.timeline(shop, ada, "&language=de")}
    paid = english["order.collected"]
    assert paid["text"] == f"Order {placed.number} collected, £8.00 paid"
    assert german["order.collected"]["text"] == f"{placed.number} abgeholt, £8.00 bezahlt"
    assert (paid["actor"], paid["channel_name"], paid["store"]) == (
        "staff, Leeds till",
        "till",
        "Leeds",
    )
    assert german["order.collected"]["actor"] == "Personal, Leeds till"
    assert german["order.placed"]["channel_name"] == "Webshop"
    assert german["message.sent"]["text"] == "Nachricht gesendet: Bestellung eingegangen"
    assert (german["message.sent"]["contact_channel"], german["message.sent"]["channel_name"]) == (
        "email",
        "E-Mail",
    )


@pytest.mark.parametrize(
    ("accepts", "words"),
    [
        ("de-AT, en;q=0.5", "Kundenkonto angelegt"),
        ("fr", "Customer record created"),
        ("", "Customer record created"),
    ],
)
def test_the_browsers_language_is_the_default(
    shop: Shop, ada: str, accepts: str, words: str
) -> None:
    headers = {"Authorization": f"Bearer {shop.keys['merchant']}", "Accept-Language": accepts}
    path = f"/api/admin/v1/customers/{ada}/timeline"
    assert shop.client.get(path, headers=headers).get_json()["items"][0]["text"] == words


def test_a_timeline_is_filtered_by_channel_and_kind(shop: Shop, ada: str) -> None:
    collected(shop, ada)
    customers.at_till(shop, "email", "ada@example.com")
    assert customers.kinds(shop, ada, "&channel=web") == ["order.placed"]
    assert customers.kinds(shop, ada, "&channel=email") == ["message.sent"]
    assert customers.kinds(shop, ada, "&kind=customer") == ["customer.searched", "customer.created"]
    assert customers.kinds(shop, ada, "&kind=customer&kind=message&channel=pos") == [
        "customer.searched"
    ]


def test_pages_of_a_timeline_are_stable_while_events_are_added(shop: Shop, ada: str) -> None:
    for n in range(5):
        done(shop, "POST", f"customers/{ada}/notes", {"body": f"{n}"})
    whole = [one["id"] for one in customers.timeline(shop, ada)]
    first = done(shop, "GET", f"customers/{ada}/timeline?limit=4")
    done(shop, "POST", f"customers/{ada}/notes", {"body": "meanwhile"})
    rest = done(shop, "GET", f"customers/{ada}/timeline?limit=4&cursor={first['next_cursor']}")
    assert [one["id"] for one in first["items"] + rest["items"]] == whole
    assert rest["next_cursor"] is None


def test_a_claimed_guest_order_brings_its_past_events(shop: Shop, ada: str) -> None:
    placed = shop.order({"MUG": 1})
    shop.make_ready(placed)
    assert customers.kinds(shop, ada) == ["customer.created"]
    customers.assign_order(shop, placed, ada)
    assert customers.kinds(shop, ada, "&kind=order") == [
        "order.ready",
        "order.picked",
        "order.picking",
        "order.placed",
    ]


def test_a_timeline_has_no_events_of_others(shop: Shop, ada: str) -> None:
    eve = customers.add(shop, name="Eve", email="eve@example.com")
    collected(shop, eve)
    assert customers.kinds(shop, ada) == ["customer.created"]


def test_a_till_sees_purchases_anywhere_and_amounts_of_its_own_store(shop: Shop, ada: str) -> None:
    here = collected(shop, ada)
    customers.at_till(shop, "email", "ada@example.com")
    entries = {
        store: shop.staff("GET", f"customers/{ada}/timeline?kind=order&kind=customer", store=store)
        .get_json()["items"]
        for store in (LEEDS, YORK)
    }  # fmt: skip
    for store in (LEEDS, YORK):
        assert [one["kind"] for one in entries[store]] == [
            "order.collected", "order.ready", "order.picked", "order.picking", "order.placed",
        ]  # fmt: skip
    assert entries[LEEDS][0]["text"] == f"Order {here.number} collected, £8.00 paid"
    assert entries[YORK][0]["text"] == f"Order {here.number} collected, … paid"
    assert "paid" not in entries[YORK][0]["facts"]


def test_orders_record_the_channels_that_started_assisted_paid_and_collected_them(
    shop: Shop, ada: str
) -> None:
    placed = customers.order_of(shop, ada, {"MUG": 1})
    shop.make_ready(placed)
    fulfilment = shop.fulfilment(placed)
    shop.change("UPDATE fulfilments SET collect_by = now() WHERE status = 'ready'")
    expire_orders(shop.jobs)
    assert shop.staff("POST", f"fulfilments/{fulfilment}/reinstate").status_code == 200
    assert shop.hand_over(placed, 800).status_code == 200
    assert shop.order_channels() == [("web", "pos", "pos", "pos", "Leeds till")]


@pytest.fixture(scope="module")
def regular(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, str]]:
    """Return a customer with 10,000 events, among 30,000 of others."""
    with open_shop(server, "regular", tmp_path_factory.mktemp("regular")) as shop:
        ada = customers.add(shop)
        shop.change(_OTHERS, _ORDERS, _OF_ORDERS, _OF_HER, "ANALYZE", who=ada)
        yield shop, ada


def test_the_first_page_of_10_000_events_takes_two_statements(regular: tuple[Shop, str]) -> None:
    shop, ada = regular
    assert shop.count_events_of(ada) >= 10_000
    with statements(shop.engine) as seen:
        answer = call(shop, "GET", f"customers/{ada}/timeline")
    assert len(answer.get_json()["items"]) == 24
    assert len(seen) == 2, seen  # the merchant's key, and the page with the event of the view
    times = [one["at"] for one in answer.get_json()["items"]]
    assert times == sorted(times, reverse=True)


def test_a_timeline_reads_no_growing_table_completely(regular: tuple[Shop, str]) -> None:
    shop, ada = regular
    with listening(shop.engine) as heard:
        page = call(shop, "GET", f"customers/{ada}/timeline?limit=5").get_json()
        call(shop, "GET", f"customers/{ada}/timeline?cursor={page['next_cursor']}&channel=web")
    slow = {text: found for text, one in heard.items() if (found := read_whole(shop.engine, one))}
    assert slow == {}, "\n\n".join(plan for found in slow.values() for plan in found.values())


_OTHERS = """
    WITH n AS (
        INSERT INTO contacts (id, created_at) SELECT gen_random_uuid(), now() FROM generate_series(1, 20000)
        RETURNING id
    )
    INSERT INTO customers (id, contact_id, created_at) SELECT gen_random_uuid(), id, now() FROM n
"""
_ORDERS = """
    INSERT INTO orders (id, number, status, version, transition_count, currency, total, net, tax, cancelled, paid,
        quote, quote_hash, client_id, contact_id, customer_id, started_channel, locale, terms_version, placed_at)
    SELECT gen_random_uuid(), 'N' || row_number() OVER (), 'collected', 1, 1, 'GBP', 100, 83, 17, 0, 100, '{}',
        '', (SELECT id FROM api_clients LIMIT 1), c.contact_id, CASE WHEN row_number() OVER () <= 1000
        THEN CAST(:who AS uuid) ELSE c.id END, 'web', 'en-GB', '1', now()
    FROM customers c WHERE c.id <> CAST(:who AS uuid)
"""
_OF_ORDERS = """
    INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, sales_channel, order_id, payload)
    SELECT gen_random_uuid(), 'order.placed', 1, now() - random() * interval '900 days', 'shopper', 'web', o.id,
        '{"total": 100}'
    FROM orders o, generate_series(1, 2)
"""
_OF_HER = """
    INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, sales_channel, customer_id, payload)
    SELECT gen_random_uuid(), 'customer.searched', 1, now() - random() * interval '900 days', 'staff', 'pos',
        CAST(:who AS uuid), '{"by": "email"}'
    FROM generate_series(1, 8000)
"""


def test_the_same_detector_finds_a_timeline_without_its_indexes(regular: tuple[Shop, str]) -> None:
    shop, ada = regular
    with listening(shop.engine) as heard:
        call(shop, "GET", f"customers/{ada}/timeline")
    shop.change("DROP INDEX events_customer_idx", "DROP INDEX events_order_idx")
    found: Any = [read_whole(shop.engine, one) for one in heard.values()]
    assert any("events" in tables for tables in found)
