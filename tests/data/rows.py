"""Make rows for tests; the arguments are the differences from the defaults."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from app.core.pricing.promotions.coupon_code import normalise
from tests.databases import TUESDAY_NOON

WEEK = [[["09:00", "18:00"]]] * 6 + [[]]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
STORES = {"lds": ("Leeds", 53.7974, -1.5438), "yrk": ("York", 53.9586, -1.0803)}


def make_stores(connection: Connection) -> dict[str, str]:
    """Make Leeds and York, 35 km apart, each with one device; its token is by the store's code."""
    tokens = {}
    for code, (name, latitude, longitude) in STORES.items():
        make_location(connection, code, name=name, latitude=latitude, longitude=longitude)
        tokens[code] = f"device-{code}"
        connection.execute(_DEVICE, {"code": code, "token": tokens[code], "name": f"{name} till"})
    return tokens


def make_location(connection: Connection, code: str, **different: Any) -> None:
    row = {
        "code": code, "name": code, "kind": "store", "latitude": 53.0, "longitude": -1.0,
        "timezone": "Europe/London", "hours": WEEK, "holidays": {}, "offers_pickup": True,
        "preparation_minutes": 120, "collect_days": 5, "reminder_days": 3,
    } | different  # fmt: skip
    row |= {"hours": json.dumps(row["hours"]), "holidays": json.dumps(row["holidays"])}
    connection.execute(_LOCATION, row)


def make_clients(connection: Connection) -> dict[str, str]:
    """Make the web shop, which needs no key, and the keys of the app and of the merchant."""
    for name, role, channel, key in (
        ("Web shop", "storefront", "web", None),
        ("App", "storefront", "app", "app-key"),
        ("Console", "merchant", "console", "merchant-key"),
    ):
        connection.execute(_CLIENT, {"name": name, "role": role, "channel": channel, "key": key})
    return {"app": "app-key", "merchant": "merchant-key"}


def make_variant(connection: Connection, sku: str, price: int, **different: Any) -> None:
    row = {"sku": sku, "handle": sku.lower(), "title": f"The {sku}", "barcode": None, "category": "Gifts",
           "at": LONG_AGO} | different  # fmt: skip
    connection.execute(_VARIANT, row)
    make_price(connection, sku, price, LONG_AGO)


def make_price(connection: Connection, sku: str, amount: int, at: datetime) -> None:
    connection.execute(_PRICE, {"sku": sku, "amount": amount, "at": at})


def make_stock(connection: Connection, sku: str, code: str, on_hand: int, safety: int = 0) -> None:
    """Set the stock of a location, with the movement and the event that explain it."""
    connection.execute(
        _STOCK, {"sku": sku, "code": code, "on_hand": on_hand, "safety": safety, "at": LONG_AGO}
    )


def make_promotion(
    connection: Connection, code: str, kind: str, terms: Any, **different: Any
) -> None:
    """Make a promotion as `promotions.parse` reads it, on all goods unless `scopes` is given."""
    row = {
        "code": code, "title": code, "kind": kind, "terms": terms, "scopes": [{}], "conditions": {},
        "priority": 100, "exclusive": False, "gift_sku": None, "uses_limit": None,
        "limit_per_customer": None, "at": LONG_AGO,
    } | different  # fmt: skip
    row |= {name: json.dumps(row[name]) for name in ("terms", "scopes", "conditions")}
    connection.execute(_PROMOTION, row)
    connection.execute(_RULES_CHANGED)


def make_coupon(connection: Connection, code: str, promotion: str) -> None:
    """Make a code that opens a promotion whose conditions require a coupon."""
    row = {"code": code, "normalised": normalise(code), "promotion": promotion, "at": LONG_AGO}
    connection.execute(_COUPON, row)


def give_coupon(connection: Connection, cart_id: str, code: str) -> None:
    """Put a coupon into a cart."""
    connection.execute(_CART_COUPON, {"cart": cart_id, "normalised": normalise(code)})


def make_carts(
    connection: Connection, wanted_carts: Sequence[Mapping[str, int]], code: str
) -> list[tuple[uuid.UUID, int]]:
    """Make carts of SKU to quantity, to be collected at a store; return their ids and totals."""
    known = {row.sku: row for row in connection.execute(_PRICED)}
    ids = [uuid.uuid4() for _ in wanted_carts]
    # At the tests' own time: no job of real processes treats them as abandoned.
    connection.execute(_CART, [{"id": cart, "code": code, "at": TUESDAY_NOON} for cart in ids])
    connection.execute(
        _CART_LINE,
        [
            {"cart": cart, "variant": known[sku].id, "quantity": quantity}
            for cart, wanted in zip(ids, wanted_carts, strict=True)
            for sku, quantity in wanted.items()
        ],
    )
    totals = (
        sum(known[sku].amount * units for sku, units in wanted.items()) for wanted in wanted_carts
    )
    return list(zip(ids, totals, strict=True))


_PRICED = text("SELECT v.id, v.sku, p.amount FROM variants v JOIN prices p ON p.variant_id = v.id")
_CART = text("""
    INSERT INTO carts (id, client_id, sales_channel, currency, type, location_id, created_at, last_activity_at)
    SELECT :id, c.id, 'web', 'GBP', 'pickup', l.id, :at, :at FROM locations l, api_clients c
    WHERE l.code = :code AND c.key_hash IS NULL
""")
_CART_LINE = text(
    "INSERT INTO cart_lines (cart_id, variant_id, quantity) VALUES (:cart, :variant, :quantity)"
)
_LOCATION = text("""
    INSERT INTO locations (id, code, name, kind, latitude, longitude, address, country, timezone, hours, holidays,
        offers_pickup, preparation_minutes, collect_days, reminder_days)
    VALUES (gen_random_uuid(), :code, :name, :kind, :latitude, :longitude, '1 High Street', 'GB', :timezone,
        CAST(:hours AS jsonb), CAST(:holidays AS jsonb), :offers_pickup, :preparation_minutes, :collect_days,
        :reminder_days)
""")
_DEVICE = text("""
    INSERT INTO devices (id, name, location_id, token_hash)
    SELECT gen_random_uuid(), :name, id, sha256(convert_to(:token, 'UTF8')) FROM locations WHERE code = :code
""")
_CLIENT = text("""
    INSERT INTO api_clients (id, name, role, sales_channel, key_hash)
    VALUES (gen_random_uuid(), :name, :role, :channel, sha256(convert_to(CAST(:key AS text), 'UTF8')))
""")
_VARIANT = text("""
    WITH p AS (
        INSERT INTO products (id, handle, title, description, vendor, category, tags, status, skus, created_at,
            updated_at)
        VALUES (gen_random_uuid(), :handle, :title, '', '', :category, '{}', 'active', :sku, :at, :at)
        RETURNING id
    )
    INSERT INTO variants (id, product_id, sku, barcode, options, position, grams, active)
    SELECT gen_random_uuid(), id, :sku, :barcode, '{}', 1, 0, true FROM p
""")
_EVENT = """
    e AS (
        INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, payload)
        VALUES (gen_random_uuid(), 'test.made', 1, :at, 'system', '{}') RETURNING id
    )
"""
_PRICE = text(f"""
    WITH {_EVENT}
    INSERT INTO prices (id, variant_id, currency, amount, starts_at, event_id)
    SELECT gen_random_uuid(), v.id, 'GBP', :amount, :at, e.id FROM variants v, e WHERE v.sku = :sku
""")
_PROMOTION = text(f"""
    WITH {_EVENT}
    INSERT INTO promotions (id, code, title, currency, kind, terms, scopes, conditions, priority, exclusive,
        gift_sku, redemption_count, uses_limit, limit_per_customer, reason, approved_by, created_at, event_id)
    SELECT gen_random_uuid(), :code, :title, 'GBP', :kind, CAST(:terms AS jsonb), CAST(:scopes AS jsonb),
        CAST(:conditions AS jsonb), :priority, :exclusive, :gift_sku, 0, :uses_limit,
        :limit_per_customer, '', '', :at, e.id
    FROM e
""")
_RULES_CHANGED = text("""
    INSERT INTO pricing_version (id, version) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET version = excluded.version
""")
_COUPON = text("""
    INSERT INTO coupons (id, promotion_id, code, normalised_code, redemption_count, active, created_at)
    SELECT gen_random_uuid(), id, :code, :normalised, 0, true, :at FROM promotions WHERE code = :promotion
""")
_CART_COUPON = text(
    "INSERT INTO cart_coupons (cart_id, coupon_id) "
    "SELECT :cart, id FROM coupons WHERE normalised_code = :normalised"
)
_STOCK = text(f"""
    WITH {_EVENT}, s AS (
        INSERT INTO stock (location_id, variant_id, on_hand, reserved, safety_stock, has_movements)
        SELECT l.id, v.id, :on_hand, 0, :safety, false FROM locations l, variants v
        WHERE l.code = :code AND v.sku = :sku
        RETURNING location_id, variant_id, on_hand
    )
    INSERT INTO stock_movements (id, location_id, variant_id, quantity, kind, event_id, occurred_at)
    SELECT gen_random_uuid(), location_id, variant_id, on_hand, 'import', e.id, :at FROM s, e WHERE on_hand <> 0
""")
