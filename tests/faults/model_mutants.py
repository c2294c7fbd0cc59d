"""Rules with a seeded bug each, which the model must find: a test that cannot fail proves nothing."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.inventory import reservations, set_on_hand, stock
from app.core.inventory.models import Reservation
from app.core.inventory.stock import WantedStock
from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment, Order
from app.core.transaction import Transaction

Seed = Callable[[pytest.MonkeyPatch], None]


def a_release_forgets_to_lower_what_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    def release(_: Session, parts: Sequence[tuple[Reservation, int]], lost: bool = False) -> None:
        for reservation, units in parts:
            reservation.quantity -= units
            if reservation.quantity == 0:
                reservation.status, reservation.picked = "released", 0

    monkeypatch.setattr(reservations, "release", release)


def a_count_takes_picked_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    def free(tx: Any, wanted: Any) -> Any:
        tx.session.execute(text("UPDATE reservations SET picked = 0 WHERE status = 'live'"))
        return honest(tx, wanted)

    honest = set_on_hand._take_from_reservations
    monkeypatch.setattr(set_on_hand, "_take_from_reservations", free)


def a_count_takes_the_oldest_promise_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treats the reservations as if they had been made in the opposite order."""

    def free(tx: Any, wanted: Any) -> Any:
        tx.session.execute(_TURN_AROUND)
        return honest(tx, wanted)

    honest = set_on_hand._take_from_reservations
    monkeypatch.setattr(set_on_hand, "_take_from_reservations", free)


def a_reservation_reads_and_then_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    def reserve(session: Session, wanted: Sequence[WantedStock]) -> bool:
        free = [session.scalar(_FREE, row._asdict()) or 0 for row in wanted]
        if any(left < row.quantity for left, row in zip(free, wanted, strict=True)):
            return False
        for row in wanted:
            session.execute(_RESERVE, row._asdict())
        return True

    monkeypatch.setattr(stock, "reserve", reserve)


def a_fulfilment_is_read_before_the_wait_for_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(tx: Transaction, condition: Any, location_id: UUID | None, _: str) -> OpenOrder:
        query = (
            select(Order, Fulfilment)
            .join(Fulfilment, Fulfilment.order_id == Order.id)
            .where(condition)
            .with_for_update(of=Order, key_share=True)
        )
        order, fulfilment = tx.session.execute(query).one()
        return OpenOrder(tx, order, [fulfilment])

    monkeypatch.setattr(locking, "_load", load)


PLAIN = (
    a_release_forgets_to_lower_what_is_reserved,
    a_count_takes_picked_goods,
    a_count_takes_the_oldest_promise_first,
)
RACE_BUGS = (
    a_reservation_reads_and_then_writes,
    a_fulfilment_is_read_before_the_wait_for_its_order,
)

_TURN_AROUND = text("""
    UPDATE reservations SET created_at = TIMESTAMPTZ '2054-11-24' - (created_at - TIMESTAMPTZ '2054-11-24')
""")
_FREE = text("""
    SELECT on_hand - reserved - safety_stock FROM stock
    WHERE location_id = :location_id AND variant_id = :variant_id
""")
_RESERVE = text("""
    UPDATE stock SET reserved = reserved + :quantity
    WHERE location_id = :location_id AND variant_id = :variant_id
""")
