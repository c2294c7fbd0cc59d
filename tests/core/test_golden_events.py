"""Known answers: a sealed event has the same hash in every release, or the chain would look broken."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.core.event_chain import ORIGIN, link

PLACED: dict[str, Any] = {
    "id": UUID(int=1), "kind": "order.placed", "schema_version": 1,
    "occurred_at": datetime(2026, 3, 3, 12, tzinfo=UTC), "actor_kind": "shopper", "actor_id": None,
    "sales_channel": "web", "contact_channel": None, "location_id": None, "device_id": None,
    "client_id": None, "customer_id": None, "order_id": UUID(int=2), "causation_id": None,
    "payload": {"from": None, "to": "placed", "total": 2997}, "actor_role": None, "approved_by": None,
    "reason": None,
}  # fmt: skip
REFUNDED = PLACED | {
    "id": UUID(int=3), "kind": "order.refunded", "actor_kind": "staff", "actor_id": UUID(int=4),
    "actor_role": "cashier", "approved_by": UUID(int=5), "reason": "damaged", "location_id": UUID(int=6),
    "device_id": UUID(int=7), "client_id": UUID(int=8), "customer_id": UUID(int=9),
    "causation_id": UUID(int=10), "contact_channel": "email",
}  # fmt: skip


def test_each_event_is_chained_to_the_hash_before_it() -> None:
    first = link(ORIGIN, PLACED)
    assert first.hex() == "46d0ce6b372a02573d3f339d38288d0a21b04b38ccc16ccb1213e6d6456ea714"
    second = link(first, REFUNDED)
    assert second.hex() == "fabb3dae2d06fbaa7e972695afc51a5f02dbec476c058aa381f97d55e44e6942"
