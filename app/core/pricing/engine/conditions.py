"""When a promotion applies: to whom, where, when and to which cart. The hash of a quote covers none of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from app.core.pricing.engine.item import Item
from app.core.pricing.engine.scope import EMPTY, Scope

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Context:
    """Who requests a quote, where and when."""

    at: datetime = LONG_AGO
    zone: str = "UTC"
    """Of the store, or of the retailer while no store is chosen."""
    channel: str = ""
    location: str = ""
    """Code of the store."""
    customer_groups: frozenset[str] = EMPTY
    first_order: bool = False
    coupons: frozenset[str] = EMPTY
    """Codes of the promotions that the shopper's coupons open."""
    limit_reached: frozenset[str] = EMPTY
    """Codes of the promotions that have no redemption left."""

    @cached_property
    def local(self) -> datetime:
        """The store's wall clock, without a zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


@dataclass(frozen=True)
class Hours:
    """Hours on days of the week, by the store's clock. `until` is the first moment after them.

    Hours past midnight, such as 22:00 to 02:00, belong to the day on which they begin. 00:00 as `until` is the end
    of the day.
    """

    days: frozenset[int]
    """0 is Monday."""
    since: time
    until: time

    def contains(self, local: datetime) -> bool:
        now = local.time()
        if self.since < self.until:
            return local.weekday() in self.days and self.since <= now < self.until
        began_today = local.weekday() in self.days and self.since <= now
        began_yesterday = (local.weekday() - 1) % 7 in self.days and now < self.until
        return began_today or began_yesterday


@dataclass(frozen=True)
class Conditions:
    """All conditions that are set must hold."""

    min_quantity: int = 0
    """Units in the promotion's first scope."""
    min_amount: int = 0
    """Minor units that they cost before promotions."""
    needs: Scope | None = None
    """The cart must hold an item of this scope."""
    coupon: bool = False
    customer_groups: frozenset[str] = EMPTY
    first_order: bool = False
    channels: frozenset[str] = EMPTY
    locations: frozenset[str] = EMPTY
    starts: datetime | None = None
    """By the store's clock, without a zone."""
    ends: datetime | None = None
    """The first moment at which it no longer applies."""
    hours: tuple[Hours, ...] = ()

    def are_met(self, context: Context) -> bool:
        """Return whether the conditions on shopper, place and time hold, whatever the cart holds."""
        return (
            (not self.first_order or context.first_order)
            and (not self.customer_groups or bool(self.customer_groups & context.customer_groups))
            and (not self.channels or context.channel in self.channels)
            and (not self.locations or context.location in self.locations)
            and (self.starts is None or self.starts <= context.local)
            and (self.ends is None or context.local < self.ends)
            and (not self.hours or any(hours.contains(context.local) for hours in self.hours))
        )

    def are_met_by_cart(self, in_scope: Sequence[Item], items: Sequence[Item]) -> bool:
        """Return whether the conditions on the cart hold. `in_scope` are the lines in the promotion's first
        scope."""
        return (
            (not self.min_quantity or sum(i.quantity for i in in_scope) >= self.min_quantity)
            and (not self.min_amount or sum(i.amount for i in in_scope) >= self.min_amount)
            and (self.needs is None or any(self.needs.contains(item) for item in items))
        )


NO_CONDITIONS = Conditions()
ANY_SHOPPER = Context()
