"""Renders the text of a message from its template: subject, SMS text, plain text, HTML.

A template holds a subject and a few paragraphs. The layouts add the code, the goods, the money, the store
and the link. Templates are in one folder per language, named by the message.
"""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from app.adapters.message_text import opening_hours
from app.core.money import format_minor, share_of_last, share_step
from app.core.orders.order_details import OrderDetails, OrderLine
from app.core.orders.statuses import AWAITING_COLLECTION
from app.core.ports import OutgoingMessage

LANGUAGE = "en"
"""The only language so far; another one is a folder beside templates/en."""

WITH_CODE = (
    "ready", "reminder", "reinstated", "new_code",
    "code_sign_in", "code_sign_up", "code_reset", "code_add_address", "code_erase",
)  # fmt: skip
"""Messages that show the code. A pickup code that arrives before the goods are ready would send the customer
to the store too early."""

MASK = "••••••"


def mask(message: OutgoingMessage) -> OutgoingMessage:
    """Return the message as it may be stored: each fact in `masked` that has a value is hidden."""
    hidden = {name: MASK for name in message.masked if message.facts.get(name)}
    return replace(message, facts={**message.facts, **hidden})


def subject(message: OutgoingMessage) -> str:
    return _block(message, "subject")


def sms_text(message: OutgoingMessage) -> str:
    """Return the subject, the code and, for an order, the link to its page."""
    code = f": {message.facts['code']}" if shows_code(message) else "."
    link = f" {message.facts['link']}" if "order" in message.facts else ""
    return f"{subject(message)}{code}{link}"


def plain_text(message: OutgoingMessage) -> str:
    layout = _environment().get_template(f"{_layout(message)}.txt")
    return layout.render(_variables(message), body=_block(message, "body")).strip() + "\n"


def html(message: OutgoingMessage, qr_id: str | None) -> str:
    """Return the HTML part. `qr_id` is the Content-ID of the picture of the code, if there is one."""
    layout = _environment().get_template(f"{_layout(message)}.html")
    paragraphs = _block(message, "body").split("\n\n")
    return layout.render(
        _variables(message), subject=subject(message), paragraphs=paragraphs, qr_id=qr_id
    )


def shows_code(message: OutgoingMessage) -> bool:
    return message.template in WITH_CODE and bool(message.facts["code"])


def _layout(message: OutgoingMessage) -> str:
    """Return the layout for messages about an order, or the plain layout of all others."""
    return "layout" if "order" in message.facts else "code"


def _block(message: OutgoingMessage, name: str) -> str:
    template: Template = _environment().get_template(f"{message.template}.txt")
    return "".join(template.blocks[name](template.new_context(_variables(message)))).strip()


def _variables(message: OutgoingMessage) -> dict[str, Any]:
    known = {
        **message.facts,
        "to_name": message.to_name,
        "shows_code": shows_code(message),
        "day": day,
    }
    return known | _order_variables(known["order"]) if "order" in known else known


def _order_variables(order: OrderDetails) -> dict[str, Any]:
    """Return the variables of a message about an order. Its store is that of the first fulfilment."""
    pickup = next(iter(order.fulfilments))
    return {
        "pickup": pickup,
        "waiting": order.status in AWAITING_COLLECTION,
        "goods": goods(order),
        "missing": [line for line in order.lines if line.cancelled],
        "money": lambda amount: format_minor(amount, order.currency),
        "when": lambda moment: when(moment, pickup.timezone),
        "week": opening_hours.week_in_words(pickup.hours),
        "exceptions": opening_hours.exceptions_in_words(pickup, order.placed_at),
    }


def goods(order: OrderDetails) -> list[dict[str, Any]]:
    """Return units, title and amount of the units of each line that were not cancelled."""
    return [
        _remaining(line, order.currency) for line in order.lines if line.quantity > line.cancelled
    ]


def _remaining(line: OrderLine, currency: str) -> dict[str, Any]:
    step = share_step(line.total, currency)
    cancelled = share_of_last(line.total, line.quantity, line.cancelled, step)
    return {
        "units": line.quantity - line.cancelled,
        "title": line.title,
        "amount": line.total - cancelled,
    }


def day(moment: datetime) -> str:
    """Return `24 November`, for messages without a store and so without a time zone."""
    return f"{moment.day} {moment:%B}"


def when(moment: datetime, zone: str) -> str:
    """Return `Tuesday 24 November, 10:30` in the store's time zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.adapters.message_text", f"templates/{LANGUAGE}"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
