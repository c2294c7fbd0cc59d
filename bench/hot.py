"""One hot item: 64 buyers and 100 units of it at one store.

Each buyer sends 10 orders of two items, the hot one and one with ample stock, one after the other without a pause.
Exactly 100 orders must succeed. The others must be refused, and must leave no reservation, also not of the other
item. The floor does the same with its own hot row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.ids import new_id
from bench import database
from bench.client import Load, Result
from bench.data import Cart, Shop, floor_order
from bench.measure import Run
from bench.scenarios import FLOOR, OURS
from bench.servers import Server
from bench.work import Once

BUYERS, UNITS, ORDERS_EACH = 64, 100, 10
MAX_SECONDS = 120.0
"""The time limit of a race, in seconds."""


@dataclass(frozen=True)
class Race:
    service: str
    orders: int
    """Responses 201."""
    refusals: int
    """Responses 409."""
    errors: int
    """All other responses."""
    sold_out_after: float
    """Seconds until the last unit was ordered."""
    finished_after: float
    """Seconds until the last response."""
    stored_orders: int
    """Orders of the item in the database."""
    reserved: int
    """Reserved units of the item."""
    leaked: int
    """Reserved units of the other item without an order."""

    @property
    def is_exact(self) -> bool:
        return (self.orders, self.stored_orders, self.reserved, self.leaked) == (
            UNITS,
            UNITS,
            UNITS,
            0,
        )


def race_ours(send: Run, server: Server, shop: Shop, number: int) -> Race:
    hot, other, store = shop.hot[2 * number], shop.hot[2 * number + 1], shop.stores[number]
    with database.connect(shop.url) as connection:
        connection.execute(_SET_STOCK, {"units": UNITS, "store": store.id, "item": hot.id})
        attempts = BUYERS * ORDERS_EACH
        requests = shop.checkouts([Cart(new_id(), store, (hot, other)) for _ in range(attempts)])
        result = send(Load(server.port, server.workers, Once(requests), BUYERS, MAX_SECONDS))
        parameters = {"store": store.id, "item": hot.id, "other": other.id}
        stored = connection.execute(_STORED_ORDERS, parameters).fetchone()
    return _race(OURS, result, stored)


def race_floor(send: Run, server: Server, shop: Shop, number: int) -> Race:
    hot, other, store = shop.hot[2 * number], shop.hot[2 * number + 1], shop.stores[number]
    with database.connect(shop.url) as connection:
        parameters = {"store": store.id, "item": hot.id, "other": other.id, "units": UNITS}
        connection.execute(_FLOOR_SET_STOCK, parameters)
        attempts = BUYERS * ORDERS_EACH
        requests = [floor_order("/order7", store, (hot, other)) for _ in range(attempts)]
        result = send(Load(server.port, server.workers, Once(requests), BUYERS, MAX_SECONDS))
        stored = connection.execute(_FLOOR_STORED_ORDERS, parameters).fetchone()
    return _race(FLOOR, result, stored)


def _race(service: str, result: Result, stored: Sequence[int] | None) -> Race:
    assert stored is not None
    counts = result.statuses
    sold = [sample.finished for sample in result.samples if sample.is_good]
    return Race(
        service,
        orders=counts[201],
        refusals=counts[409],
        errors=counts.total() - counts[201] - counts[409],
        sold_out_after=max(sold, default=0.0),
        finished_after=max(sample.finished for sample in result.samples),
        stored_orders=stored[0],
        reserved=stored[1],
        leaked=stored[2] - stored[0],
    )


_SET_STOCK = """
    WITH e AS (
        INSERT INTO events (id, kind, schema_version, occurred_at, actor_kind, payload)
        VALUES (gen_random_uuid(), 'stock.counted', 1, now(), 'system', '{}') RETURNING id
    ), before AS (
        SELECT on_hand FROM stock WHERE location_id = %(store)s AND variant_id = %(item)s
    ), m AS (
        INSERT INTO stock_movements
            (id, location_id, variant_id, quantity, kind, reason, event_id, occurred_at)
        SELECT gen_random_uuid(), %(store)s, %(item)s, %(units)s - on_hand, 'count', 'bench', e.id,
            now()
        FROM e, before
    )
    UPDATE stock SET on_hand = %(units)s, safety_stock = 0
    WHERE location_id = %(store)s AND variant_id = %(item)s
"""
_STORED_ORDERS = """
    SELECT
        (SELECT count(*) FROM order_lines l JOIN fulfilments f ON f.id = l.fulfilment_id
         WHERE l.variant_id = %(item)s AND f.location_id = %(store)s AND f.status = 'open'),
        (SELECT reserved FROM stock WHERE location_id = %(store)s AND variant_id = %(item)s),
        (SELECT reserved FROM stock WHERE location_id = %(store)s AND variant_id = %(other)s)
"""
_FLOOR_SET_STOCK = """
    UPDATE floor_stock SET on_hand = %(units)s
    WHERE location_id = %(store)s AND variant_id = %(item)s
"""
_FLOOR_STORED_ORDERS = """
    SELECT (SELECT count(*) FROM floor_lines WHERE variant_id = %(item)s),
        (SELECT reserved FROM floor_stock WHERE location_id = %(store)s AND variant_id = %(item)s),
        (SELECT reserved FROM floor_stock WHERE location_id = %(store)s AND variant_id = %(other)s)
"""
