"""The measured shop: the real catalogue, ample stock, and carts ready for checkout."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from app.adapters.derived_secrets import DerivedSecrets
from app.channels.http.paging import encode
from app.config import ROOT
from app.core.ids import new_id
from app.core.orders.pickup import cart_token
from bench import database, floor
from bench.work import checkout, request

SHARED = ROOT.parent / "shared" / "data"
SECRET = "of the bench only"
STOCK_UNITS = 1_000_000
"""Units of each item at each location, so that only the hot item sells out."""


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return the settings of our service in this run."""
    return {"DATABASE_URL": url, "VAR": str(folder), "SECRET_KEY": SECRET, "FLASK_APP": "wsgi"}


def load(url: str, folder: Path) -> str:
    """Migrate and import with the project's own commands; return the name of the catalogue."""
    full = (SHARED / "shopify").is_dir()
    files = SHARED / "shopify" if full else ROOT / "demo"
    _flask(url, folder, "migrate")
    _flask(url, folder, "import", "locations", (SHARED if full else files) / "locations.csv")
    _flask(url, folder, "import", "catalogue", files / "products_export.csv")
    _flask(url, folder, "import", "stock", files / "inventory_export.csv")
    _flask(url, folder, "setup")
    return "the full catalogue" if full else "the demo catalogue"


def _flask(url: str, folder: Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", "flask", *map(str, arguments)]
    env = os.environ | environment(url, folder)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def receive_stock(url: str) -> None:
    """Receive ample stock of each item, with movements and their event, so that the invariants hold."""
    with database.connect(url) as connection:
        connection.execute(_RECEIVE_STOCK, {"units": STOCK_UNITS})


def create_floor(url: str) -> None:
    with database.connect(url) as connection:
        connection.execute(floor.TABLES)


def vacuum(url: str) -> None:
    """Leave nothing to do for autovacuum and the next checkpoint."""
    with database.as_superuser(url) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


class Item(NamedTuple):
    id: UUID
    sku: str
    price: int


class Store(NamedTuple):
    id: UUID
    code: str


class Cart(NamedTuple):
    id: UUID
    store: Store
    items: Sequence[Item]


@dataclass(frozen=True)
class Shop:
    """The items to request, drawn once, so that floors and ours get the same requests."""

    url: str
    client_id: UUID
    handles: Sequence[str]
    positions: Sequence[tuple[str, str]]
    """(title, handle) of products. A page of the list begins after each."""
    items: Sequence[Item]
    hot: Sequence[Item]
    """Items that are not in `items`, two for each race."""
    stores: Sequence[Store]

    @property
    def cursors(self) -> list[str]:
        return [encode(*place) for place in self.positions]

    def carts(self, number: int) -> list[bytes]:
        """Return checkout requests of new carts: two items of the catalogue, one of the stores."""
        carts = [
            Cart(new_id(), random.choice(self.stores), random.sample(self.items, 2))
            for _ in range(number)
        ]
        return self.checkouts(carts)

    def checkouts(self, carts: Sequence[Cart]) -> list[bytes]:
        """Write carts as POST and PUT would; return the checkout request of each."""
        secrets, now = DerivedSecrets(SECRET), datetime.now(UTC)
        columns = "id, client_id, sales_channel, currency, type, location_id, created_at"
        with database.connect(self.url) as connection, connection.transaction():
            cursor = connection.cursor()
            with cursor.copy(f"COPY carts ({columns}, last_activity_at) FROM STDIN") as copy:
                for cart in carts:
                    fixed = (self.client_id, "web", "GBP", "pickup", cart.store.id, now, now)
                    copy.write_row((cart.id, *fixed))
            with cursor.copy("COPY cart_lines (cart_id, variant_id, quantity) FROM STDIN") as copy:
                for cart in carts:
                    for item in cart.items:
                        copy.write_row((cart.id, item.id, 1))
        return [
            checkout(str(c.id), cart_token(secrets, c.id), sum(item.price for item in c.items))
            for c in carts
        ]

    def floor_orders(self, path: str, number: int) -> list[bytes]:
        """Return the same orders for the floor."""
        return [
            floor_order(path, random.choice(self.stores), random.sample(self.items, 2))
            for _ in range(number)
        ]


def floor_order(path: str, store: Store, items: Sequence[Item]) -> bytes:
    lines = [(str(store.id), str(item.id), 1, item.price) for item in sorted(items)]
    return request("POST", path, {"key": str(new_id()), "lines": lines})


def sample_shop(url: str) -> Shop:
    """Draw a sample of the loaded data. The seed is fixed, so each run draws the same."""
    chance = random.Random(7)
    with database.connect(url) as connection:
        rows = [Item(*row) for row in connection.execute(_ITEMS)]
        stores = [Store(*row) for row in connection.execute(_STORES)]
        products: list[Any] = connection.execute(_PRODUCTS).fetchall()
        client = connection.execute(_WEB_CLIENT).fetchone()
    assert client is not None
    chance.shuffle(rows)
    places = chance.sample(products[:-30], min(200, len(products) - 30))
    handles = [handle for _, handle in chance.sample(products, min(500, len(products)))]
    return Shop(url, client[0], handles, places, rows[10:], rows[:10], stores)


def search_words(shop: Shop) -> list[str]:
    """Return what people type: the beginning of one or two words of a title."""
    chance, typed = random.Random(11), []
    for title, _ in shop.positions:
        long = [word for word in title.split() if len(word) > 3 and word.isalpha()] or ["bag"]
        typed.append("+".join(word[:5].lower() for word in long[: chance.choice((1, 1, 2))]))
    return typed


_RECEIVE_STOCK = """
    WITH e AS (
        INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, payload)
        VALUES (gen_random_uuid(), 'stock.receive', 1, now(), 'system', '{}') RETURNING id
    ), s AS (
        UPDATE stock SET on_hand = on_hand + %(units)s, has_movements = true
        RETURNING location_id, variant_id
    )
    INSERT INTO stock_movements
        (id, location_id, variant_id, quantity, kind, reason, event_id, occurred_at)
    SELECT gen_random_uuid(), location_id, variant_id, %(units)s, 'receive', 'bench', e.id, now()
    FROM s, e
"""
_ITEMS = """
    SELECT v.id, v.sku, p.amount FROM variants v
    JOIN products r ON r.id = v.product_id AND r.status = 'active'
    JOIN LATERAL (
        SELECT amount FROM prices WHERE variant_id = v.id AND currency = 'GBP'
        ORDER BY starts_at DESC LIMIT 1
    ) p ON true
    WHERE v.active ORDER BY v.sku
"""
_STORES = "SELECT id, code FROM locations WHERE offers_pickup ORDER BY code"
_PRODUCTS = "SELECT title, handle FROM products WHERE status = 'active' ORDER BY title, handle"
_WEB_CLIENT = "SELECT id FROM api_clients WHERE key_hash IS NULL AND sales_channel = 'web'"
