"""The audit log: the history's lines about money, stock, prices, roles, merges and overrides, newest first.

There is no table of it: an event says who, in which role, through what, on whose approval and why, and is sealed;
its payload has what was before and after.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection

ABOUT: dict[str, tuple[str, ...]] = {
    "money": (
        "order.cancelled", "order.collected", "order.items_unavailable", "order.refunded", "order.review_resolved",
        "order.refunded_manually", "order.payment_requested", "gift_card.issued", "gift_card.blocked", "gift_card.unblocked",
        "store_credit.granted", "shift.opened", "shift.cash_moved", "shift.closed",
        "order.invoiced", "order.credited", "legal_entity.set", "legal_entity.store_assigned",
    ),
    "stock": (
        "stock.counted", "stock.imported", "order.collected", "order.items_unavailable", "order.restocked",
    ),
    "price": (
        "prices.set", "prices.imported", "variant.changed", "variant.created", "product.created",
        "catalogue.imported", "price_history.imported", "price_list.created", "promotion.created",
        "promotion.ended", "coupons.created", "tax_rate.set", "market.set",
    ),
    "role": (
        "staff.added", "staff.role_set", "staff.pin_renewed", "staff.deactivated", "staff.signed_in",
        "staff.pin_refused", "user.invited", "user.invitation_accepted", "user.roles_set", "user.disabled",
        "user.signed_in", "api_client.created", "api_client.revoked", "device.added", "device.offered", "device.paired",
        "device.revoked",
    ),
    "customer": (
        "customer.merged", "customer.merge_undone", "customer.updated", "customer.viewed", "customer.searched",
        "customer.exported", "customer.erased",
    ),
}  # fmt: skip
"""What a kind of event is a change of; some are of two."""
OVERRIDE = "override"
"""Whatever a manager approved, of any kind."""
SUBJECTS = (*ABOUT, OVERRIDE)


@dataclass(frozen=True)
class Search:
    limit: int
    about: str | None = None
    """One of SUBJECTS."""
    before: UUID | None = None
    """The last entry of the page before."""
    actor: UUID | None = None
    order: str | None = None
    """Its number."""
    device: UUID | None = None
    location: str | None = None
    """Its code."""


def entries(reader: Connection, search: Search) -> list[dict[str, Any]]:
    """Up to so many, newest first, in one statement.

    Each kind brings its newest by its own index, so that a page costs the same after ten years; what somebody did,
    what happened to an order and what was approved are found by indexes of their own.
    """
    values = {field.name: getattr(search, field.name) for field in fields(search)}
    named = tuple(name for name in CONDITIONS if values[name] is not None)
    statement = _statement(named, search.about == OVERRIDE)
    values |= {"before": search.before or NEWEST, "kinds": _kinds(search.about)}
    return [dict(row) for row in reader.execute(statement, values).mappings()]


NEWEST = UUID(int=(1 << 128) - 1)
CONDITIONS = {
    "actor": "e.actor_id = :actor",
    "order": "e.order_id = (SELECT id FROM orders WHERE number = :order)",
    "device": "e.device_id = :device",
    "location": "e.location_id = (SELECT id FROM locations WHERE code = :location)",
}
OF_FEW = {"actor", "order"}
"""Conditions that leave so little that the kinds need not be gone through one by one."""


def _kinds(about: str | None) -> list[str]:
    if about in ABOUT:
        return list(ABOUT[about])
    return sorted({kind for kinds in ABOUT.values() for kind in kinds})


@cache
def _statement(named: tuple[str, ...], overrides: bool) -> TextClause:
    """Only the conditions that are asked for, so that each kind of search is planned for itself."""
    conditions = " AND ".join(["e.id < :before", *(CONDITIONS[name] for name in named)])
    found = _BY_KIND
    if overrides:
        found = _APPROVED
    elif OF_FEW.intersection(named):
        found = _OF_FEW
    return text(_SHOWN.format(found=found.format(conditions=conditions)))


_APPROVED = "SELECT e.* FROM events e WHERE e.approved_by IS NOT NULL AND {conditions}"
_OF_FEW = "SELECT e.* FROM events e WHERE e.kind = ANY(:kinds) AND {conditions}"
_BY_KIND = """
    SELECT f.* FROM unnest(CAST(:kinds AS text[])) k CROSS JOIN LATERAL (
        SELECT e.* FROM events e WHERE e.kind = k AND {conditions} ORDER BY e.id DESC LIMIT :limit
    ) f
"""
_SHOWN = """
    SELECT f.id, f.kind, f.occurred_at, f.actor_kind, f.actor_id, f.actor_role, f.sales_channel, f.device_id,
        f.client_id, f.customer_id, f.approved_by, f.reason, f.payload AS changes, l.code AS location,
        o.number AS "order", s.position
    FROM ({found} ORDER BY id DESC LIMIT :limit) f
    LEFT JOIN locations l ON l.id = f.location_id
    LEFT JOIN orders o ON o.id = f.order_id
    LEFT JOIN seal s ON s.row_id = f.id
    ORDER BY f.id DESC
"""
