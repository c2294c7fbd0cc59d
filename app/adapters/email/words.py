"""The words of a letter, from its template: subject, plain text, and the same text as HTML.

Each template holds a subject and a few paragraphs; the layouts add the code, the goods, the money, the store
and the link, once for plain text and once for HTML.
"""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from app.adapters.email import opening_hours
from app.core.money import format_minor, share_of_last
from app.core.orders.statuses import WAITING
from app.core.ports import Letter

WITH_CODE = (
    "ready", "reminder", "reinstated", "new_code",
    "code_sign_in", "code_sign_up", "code_reset", "code_add_address", "code_erase",
)  # fmt: skip
"""The letters that bring the code: before the goods are ready it would only lead people to the shop."""


MASK = "••••••"


def masked(letter: Letter) -> Letter:
    """The letter as it may be stored. What it does not say needs no mask."""
    hidden = {name: MASK for name in letter.secret if letter.facts.get(name)}
    return replace(letter, facts={**letter.facts, **hidden})


def subject(letter: Letter) -> str:
    return _block(letter, "subject")


def short(letter: Letter) -> str:
    """For a phone: what it is for, the code, and of an order the link to its page."""
    code = f": {letter.facts['code']}" if shows_code(letter) else "."
    link = f" {letter.facts['link']}" if "order" in letter.facts else ""
    return f"{subject(letter)}{code}{link}"


def text(letter: Letter) -> str:
    layout = _environment().get_template(f"{_layout(letter)}.txt")
    return layout.render(_variables(letter), words=_block(letter, "words")).strip() + "\n"


def html(letter: Letter, qr_id: str | None) -> str:
    """`qr_id`: the Content-ID of the picture of the code, if there is one."""
    layout = _environment().get_template(f"{_layout(letter)}.html")
    paragraphs = _block(letter, "words").split("\n\n")
    return layout.render(
        _variables(letter), subject=subject(letter), paragraphs=paragraphs, qr_id=qr_id
    )


def shows_code(letter: Letter) -> bool:
    return letter.template in WITH_CODE and bool(letter.facts["code"])


def _layout(letter: Letter) -> str:
    """That of letters about an order, or the plain one of all others."""
    return "layout" if "order" in letter.facts else "code"


def _block(letter: Letter, name: str) -> str:
    template: Template = _environment().get_template(f"{letter.template}.txt")
    return "".join(template.blocks[name](template.new_context(_variables(letter)))).strip()


def _variables(letter: Letter) -> dict[str, Any]:
    known = {
        **letter.facts, "to_name": letter.to_name, "shows_code": shows_code(letter), "day": day,
    }  # fmt: skip
    return known | _of_order(letter.facts["order"]) if "order" in letter.facts else known


def _of_order(order: dict[str, Any]) -> dict[str, Any]:
    zone = order["pickup"]["timezone"]
    return {
        "waiting": order["state"] in WAITING,
        "goods": goods(order),
        "missing": [line for line in order["lines"] if line["cancelled"]],
        "money": lambda amount: format_minor(amount, order["currency"]),
        "when": lambda moment: when(moment, zone),
        "week": opening_hours.week_in_words(order["pickup"]["hours"]),
        "exceptions": opening_hours.exceptions_in_words(order),
    }


def goods(order: dict[str, Any]) -> list[dict[str, Any]]:
    """What is left of each line after what was short: units, title, amount."""
    return [_left(line) for line in order["lines"] if line["quantity"] > line["cancelled"]]


def _left(line: Any) -> dict[str, Any]:
    dropped = share_of_last(line["total"], line["quantity"], line["cancelled"])
    return {
        "units": line["quantity"] - line["cancelled"],
        "title": line["title"],
        "amount": line["total"] - dropped,
    }


def day(moment: datetime) -> str:
    """`24 November`, for what is about no store and so has no clock of its own."""
    return f"{moment.day} {moment:%B}"


def when(moment: datetime, zone: str) -> str:
    """`Tuesday 24 November, 10:30`, by the store's clock."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.adapters.email"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
