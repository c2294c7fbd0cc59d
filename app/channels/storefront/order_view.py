"""The order as its page shows it: in words, with times by the store's clock. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import segno

from app.core.catalogue.opening_hours import OpeningHours
from app.core.invoicing.queries import IssuedDocument
from app.core.money import format_minor, share_of_last, share_step
from app.core.orders.order_details import OrderDetails, OrderFulfilment, OrderLine
from app.core.orders.statuses import AWAITING_COLLECTION, may_be_paid

HEADLINES = {
    "unpaid": "Waiting for your payment",
    "placed": "We have your order",
    "picking": "We are picking your order",
    "ready": "Ready to collect",
    "collected": "Collected",
    "cancelled": "Cancelled",
    "expired": "Not collected in time",
}
FINAL = ("collected", "cancelled")
"""Statuses after which nothing changes, so a page need not listen."""

WEEK = 7
HOLIDAYS_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Step:
    name: str
    progress: str
    """done, now or next."""


@dataclass(frozen=True)
class Goods:
    title: str
    units: int
    """What is left of the line."""
    dropped: int
    """What was not there."""
    amount: str


@dataclass(frozen=True)
class DocumentLink:
    id: UUID
    name: str
    """`Invoice INV-1`."""
    total: str


@dataclass(frozen=True)
class Day:
    day: date
    name: str
    hours: str
    is_holiday: bool


@dataclass(frozen=True)
class LocalTime:
    """The clock of a store."""

    zone: ZoneInfo

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def when(self, moment: datetime) -> str:
        """Return `Tuesday 24 November, 10:30`."""
        return f"{day_name(self.local(moment))}, {self.local(moment):%H:%M}"


@dataclass(frozen=True)
class PickupView(LocalTime):
    fulfilment: OrderFulfilment
    qr: str | None
    """The code for a till's scanner, as an SVG element."""
    opening: str
    week: list[Day]
    holidays: list[Day]


@dataclass(frozen=True)
class OrderView(LocalTime):
    order: OrderDetails
    stores: str
    """The names of the stores."""
    pickups: list[PickupView]
    headline: str
    steps: list[Step]
    waiting: bool
    final: bool
    pays_now: bool
    """Whether the shopper can pay the rest by card."""
    goods: list[Goods]

    def money(self, amount: int) -> str:
        return format_minor(amount, self.order.currency)


def present(order: OrderDetails, now: datetime, takes_cards: bool = False) -> OrderView:
    pickups = [_pickup(one, order.number, now) for one in order.fulfilments]
    was_ready = any(one.ready_at is not None for one in order.fulfilments)
    may_pay = may_be_paid(order.status, order.review_reason)
    return OrderView(
        zone=next(pickup.zone for pickup in pickups),
        order=order,
        stores=" and ".join(one.name for one in order.fulfilments),
        pickups=pickups,
        headline=HEADLINES[order.status],
        steps=steps(order.status, was_ready=was_ready),
        waiting=order.status in ("unpaid", *AWAITING_COLLECTION),
        pays_now=takes_cards and order.amount_outstanding > 0 and may_pay,
        final=order.status in FINAL,
        goods=[_goods(line, order) for line in order.lines],
    )


def _pickup(fulfilment: OrderFulfilment, number: str, now: datetime) -> PickupView:
    zone = ZoneInfo(fulfilment.timezone)
    hours = OpeningHours(fulfilment.timezone, fulfilment.hours, fulfilment.holidays)
    today = now.astimezone(zone).date()
    return PickupView(
        zone=zone,
        fulfilment=fulfilment,
        qr=qr_svg(f"{number} {fulfilment.code}") if fulfilment.code else None,
        opening=opening(hours, now),
        week=[_day(hours, today + timedelta(days=ahead), today) for ahead in range(WEEK)],
        holidays=_holidays(hours, today),
    )


def document_links(documents: Iterable[IssuedDocument]) -> list[DocumentLink]:
    names = {"invoice": "Invoice", "credit_note": "Credit note"}
    return [
        DocumentLink(
            document.id,
            f"{names[document.content['kind']]} {document.content['number']}",
            format_minor(document.content["total"], document.content["currency"]),
        )
        for document in documents
    ]


def steps(status: str, *, was_ready: bool) -> list[Step]:
    """Return the steps of the order. An order that ended shows the step that it reached, and how it ended."""
    names = {"placed": "Ordered", "picking": "Picking", "ready": "Ready", "collected": "Collected"}
    if status == "unpaid":
        names = {"unpaid": "Payment", **names}
    if status not in names:
        end = {"cancelled": "Cancelled", "expired": "Not collected"}[status]
        names = {"placed": "Ordered", **({"ready": "Ready"} if was_ready else {}), status: end}
    at = list(names).index(status)
    return [
        Step(name, "done" if place < at else "now" if place == at else "next")
        for place, name in enumerate(names.values())
    ]


def opening(hours: OpeningHours, now: datetime) -> str:
    """Return `Open now, until 18:00`, or when the store opens next."""
    zone = ZoneInfo(hours.timezone)
    today = now.astimezone(zone).date()
    following = next(hours.spans_from(now), None)
    if following is None:
        return "Closed for the time being"
    start, end = (moment.astimezone(zone) for moment in following)
    if start <= now:
        return f"Open now, until {end:%H:%M}"
    ahead = (start.date() - today).days
    if ahead > WEEK:
        return "Closed for the time being"
    day = ("today", "tomorrow")[ahead] if ahead < 2 else f"on {day_name(start)}"
    return f"Closed now, open {day} from {start:%H:%M} to {end:%H:%M}"


def qr_svg(content: str) -> str:
    """Return a QR code, black on white in every theme, with the quiet zone that scanners need."""
    qr = segno.make(content, error="m", micro=False)
    return str(qr.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))


def explain(status: int, answer: dict[str, Any]) -> dict[str, str]:
    """Return title and message of a refusal, in words for the shopper."""
    order_status = answer["errors"].get("status")
    if answer["code"] == "invalid_state" and order_status in HEADLINES:
        return {
            "title": "That is no longer possible",
            "message": f"Your order now has the status “{HEADLINES[order_status]}”.",
        }
    title = _TITLES.get(status, "That did not work")
    return {"title": title, "message": _MESSAGES.get(status, answer["message"])}


_TITLES = {
    401: "Please open the link in your mail",
    403: "Please try that once more",
    404: "We do not know this order",
    503: "One moment, please",
}
_MESSAGES = {
    401: "This page belongs to one order. The link in our mail about it opens it: open that link again.",
    404: "Open the link in the mail about your order, or check the number: one character may be wrong.",
    405: "Go back to your order and use its buttons.",
}


def day_name(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _goods(line: OrderLine, order: OrderDetails) -> Goods:
    """Present a line. A cancelled order shows the ordered units; another order the missing ones."""
    dropped = 0 if order.status == "cancelled" else line.cancelled
    step = share_step(line.total, order.currency)
    amount = line.total - share_of_last(line.total, line.quantity, dropped, step)
    return Goods(line.title, line.quantity - dropped, dropped, format_minor(amount, order.currency))


def _day(hours: OpeningHours, day: date, today: date) -> Day:
    zone = ZoneInfo(hours.timezone)
    spans = [
        f"{a.astimezone(zone):%H:%M}–{b.astimezone(zone):%H:%M}" for a, b in hours.spans_on(day)
    ]
    name = "Today" if day == today else f"{day:%A} {day.day} {day:%b}"
    return Day(day, name, " and ".join(spans) or "Closed", day.isoformat() in hours.holidays)


def _holidays(hours: OpeningHours, today: date) -> list[Day]:
    """Return the holidays that the opening hours of the week do not show yet."""
    first, last = today + timedelta(days=WEEK), today + HOLIDAYS_AHEAD
    days = (date.fromisoformat(day) for day in sorted(hours.holidays))
    return [_day(hours, day, today) for day in days if first <= day <= last]
