"""Bring an order to a status, over HTTP and by the jobs."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from werkzeug.test import TestResponse

from app.jobs.orders import expire_orders
from tests.drivers.shop import LEEDS, Placed, Shop

STAGES = ("placed", "picking", "ready", "collected", "cancelled", "expired")


def make_order(
    shop: Shop, stage: str, lines: Mapping[str, int] | None = None, store: str = LEEDS
) -> Placed:
    """Return an order of two mugs (or of `lines`) in that status; a cancelled or expired one was ready before."""
    placed = shop.order(lines or {"MUG": 2}, store)
    if stage == "placed":
        return placed
    if stage == "picking":
        first = min(lines or {"MUG": 2})
        assert shop.pick(placed, {first: 1}, store).status_code == 200
        return placed
    assert shop.make_ready(placed, store).status_code == 200
    if stage == "collected":
        assert shop.hand_over(placed, placed.body["total"], store=store).status_code == 200
    if stage == "cancelled":
        assert cancel(shop, placed) == 200
    if stage == "expired":
        expire(shop)
    assert shop.seen(placed)["status"] == stage
    return placed


def cancel(shop: Shop, placed: Placed) -> int:
    return shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token).status_code


def status(call: Callable[..., TestResponse], *arguments: Any) -> int:
    return call(*arguments).status_code


def expire(shop: Shop) -> None:
    """Let the time to collect pass."""
    shop.clock.advance(timedelta(days=8))
    expire_orders(shop.jobs)
