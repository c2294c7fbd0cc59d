"""Recomputes orders from the facts that they froze, and compares the figures with those that are stored."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.core.canonical import canonical
from app.core.model import AnyRow
from app.core.orders.models import Line, Order
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import requote

FIGURES = ("sku", "quantity", "unit_price", "total", "net", "tax")
"""What a stored line repeats of the quote."""


@dataclass(frozen=True)
class Difference:
    number: str
    """Of the order."""
    what: str
    """total, net, tax, hash, facts or lines."""
    stored: str
    recomputed: str


def differences(session: Session) -> Iterator[list[Difference]]:
    """For each order what differs, nothing where all is as it was. Orders are streamed: any number of them needs
    no more memory."""
    for order in session.execute(_ORDERS.execution_options(yield_per=200)):
        yield _compared(order)


def _compared(order: AnyRow) -> list[Difference]:
    """One spoilt order does not end the check of all others."""
    try:
        again = requote(order.quote)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        lacking = f"cannot be recomputed: {type(error).__name__} {error}"
        return [Difference(order.number, "facts", "spoilt", lacking)]
    pairs = {
        "total": (order.total, again.total),
        "net": (order.net, again.net),
        "tax": (order.tax, again.tax),
        "hash": (order.quote_hash, again.hash),
        "facts": _apart(order.quote, again.facts),
        "lines": _apart_lines(order.lines or [], again),
    }
    return [
        Difference(order.number, what, str(stored), str(recomputed))
        for what, (stored, recomputed) in pairs.items()
        if stored != recomputed
    ]


def _apart(stored: dict[str, Any], again: dict[str, Any]) -> tuple[str, str]:
    """The facts in which the two differ."""
    names = [name for name in sorted({*stored, *again}) if stored.get(name) != again.get(name)]
    return _describe({n: stored.get(n) for n in names}), _describe({n: again.get(n) for n in names})


def _apart_lines(stored: list[list[Any]], again: Quote) -> tuple[str, str]:
    """The lines that only one of the two has, in whatever order they stand."""
    ours = Counter(tuple(line) for line in stored)
    theirs = Counter(
        tuple(getattr(line, name) for name in FIGURES) for line in (*again.lines, *again.charges)
    )
    return _describe(sorted((ours - theirs).elements())), _describe(
        sorted((theirs - ours).elements())
    )


def _describe(facts: Any) -> str:
    return canonical(facts).decode()


_FIGURES = func.json_build_array(*(getattr(Line, name) for name in FIGURES))
_ORDERS = select(
    Order.number, Order.total, Order.net, Order.tax, Order.quote, Order.quote_hash,
    select(func.json_agg(aggregate_order_by(_FIGURES, Line.position)))
    .where(Line.order_id == Order.id).correlate(Order).scalar_subquery().label("lines"),
)  # fmt: skip
