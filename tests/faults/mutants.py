"""Applications with a seeded bug, which the tests must catch: a race test that cannot fail proves nothing."""

import time
from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import create_app
from app.core.inventory import stock
from app.core.inventory.stock import WantedStock


def reserve_what_was_read(session: Session, wanted: Sequence[WantedStock]) -> bool:
    """Reads, decides, and writes: two buyers who read at the same time both get the units."""
    for row in wanted:
        place: dict[str, Any] = {"location": row.location_id, "variant": row.variant_id}
        available = session.scalar(_READ, place) or 0
        if available < row.quantity:
            return False
        time.sleep(0.05)
        session.execute(_WRITE, {**place, "quantity": row.quantity})
    return True


def read_then_write() -> Flask:
    stock.reserve = reserve_what_was_read
    return create_app()


def unordered_locks() -> Flask:
    """Reserves line by line in the order of the cart, so that carts lock crosswise."""

    def reserve(session: Session, wanted: Sequence[WantedStock]) -> bool:
        for row in sorted(wanted, key=lambda _: time.perf_counter_ns() % 7):
            place: dict[str, Any] = {"location": row.location_id, "variant": row.variant_id}
            if session.execute(_GUARDED, {**place, "quantity": row.quantity}).rowcount == 0:  # type: ignore[attr-defined]
                return False
            time.sleep(0.002)
        return True

    stock.reserve = reserve
    return create_app()


_READ = text("""
    SELECT on_hand - reserved - safety_stock FROM stock WHERE location_id = :location AND variant_id = :variant
""")
_WRITE = text("""
    UPDATE stock SET reserved = reserved + :quantity WHERE location_id = :location AND variant_id = :variant
""")
_GUARDED = text("""
    UPDATE stock SET reserved = reserved + :quantity
    WHERE location_id = :location AND variant_id = :variant AND on_hand - reserved - safety_stock >= :quantity
""")
