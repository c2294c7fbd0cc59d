"""A day of staff and users in a shop with a long history: 20,000 sign-ins of staff, and as many of users."""

from app.core.access.staff.staff import RenewPin, renew_pin
from tests.drivers import staff
from tests.drivers.shop import LEEDS, Shop
from tests.drivers.staff import Person, entries, work

SESSIONS = (
    """INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, actor_id, payload)
    SELECT gen_random_uuid(), (ARRAY['stock.counted', 'prices.set', 'user.signed_in'])[1 + n % 3], 1, now(),
        'staff', gen_random_uuid(), '{}' FROM generate_series(1, 20000) n""",
    """INSERT INTO staff (id, number, name, pin_hash, created_at)
    VALUES (gen_random_uuid(), '99', 'Before', '', now())""",
    """INSERT INTO staff_sessions (id, staff_id, device_id, token_hash, created_at, expires_at, ended_at)
    SELECT gen_random_uuid(), s.id, d.id, sha256(n::text::bytea), now(), now(), now()
    FROM generate_series(1, 20000) n, staff s, (SELECT id FROM devices LIMIT 1) d""",
    """INSERT INTO users (id, email, name, roles, event_id, created_at)
    VALUES (gen_random_uuid(), 'before@shop.example', 'Before', '[]', gen_random_uuid(), now())""",
    """INSERT INTO user_sessions (id, user_id, token_hash, created_at, expires_at, ended_at)
    SELECT gen_random_uuid(), u.id, sha256(n::text::bytea), now(), now(), now()
    FROM generate_series(1, 20000) n, users u""",
    """INSERT INTO rate_limits (purpose, subject, used, resets_at)
    SELECT 'pin', n::text, 1, now() FROM generate_series(1, 20000) n""",
)


def work_for_a_day(shop: Shop) -> None:
    """Let staff sign in, work and sign out, and let a user read the audit log with every filter."""
    token = staff.at_work(shop, "7", "picker")
    answer = work(shop, "POST", "counts", token, {"lines": [{"sku": "S-1", "quantity": 5}]})
    assert answer.status_code == 200
    assert work(shop, "GET", "tasks", token).status_code == 200
    assert work(shop, "DELETE", "sessions", token).status_code == 200
    shop.runner.perform(renew_pin, RenewPin("7"))
    owner = Person(shop, "owner@shop.example", "owner").sign_in()
    picker = shop.staff_id("7")
    number = shop.order({"S-1": 1}).number
    for query in (
        "", "about=money", "about=override", f"location={LEEDS}", f"actor={picker}", f"order={number}",
        f"actor={picker}&about=stock",
    ):  # fmt: skip
        entries(shop, owner, f"?limit=2&{query}")
    page = shop.call("GET", "/api/admin/v1/audit?limit=2", owner).get_json()["next_cursor"]
    assert len(entries(shop, owner, f"?limit=2&cursor={page}")) == 2
    for path in ("sessions", "users", "staff", "devices", "api-keys"):
        assert shop.call("GET", f"/api/admin/v1/{path}", owner).status_code == 200
