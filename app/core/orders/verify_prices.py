"""Recomputes orders from their frozen facts, and compares the figures with the stored ones."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
"""The figures that a stored line repeats from the quote."""


@dataclass(frozen=True)
class OrderDifference:
    number: str
    """Of the order."""
    what: str
    """total, net, tax, hash, facts or lines."""
    stored: str
    recomputed: str


def differences(session: Session) -> Iterator[list[OrderDifference]]:
    """Yield the differences of each order, an empty list if there are none. Orders are streamed, so any number of
    them needs the same memory."""
    for order in session.execute(_ORDERS.execution_options(yield_per=200)):
        yield _compare(order)


def _compare(order: AnyRow) -> list[OrderDifference]:
    """Compare one order. A damaged order does not end the check of the others."""
    try:
        quote = requote(order.quote)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        problem = f"cannot be recomputed: {type(error).__name__} {error}"
        return [OrderDifference(order.number, "facts", "damaged", problem)]
    pairs = {
        "total": (order.total, quote.total),
        "net": (order.net, quote.net),
        "tax": (order.tax, quote.tax),
        "hash": (order.quote_hash, quote.hash),
        "facts": _different_facts(order.quote, quote.facts),
        "lines": _different_lines(order.lines or [], quote),
    }
    return [
        OrderDifference(order.number, what, str(stored), str(recomputed))
        for what, (stored, recomputed) in pairs.items()
        if stored != recomputed
    ]


def _different_facts(stored: Mapping[str, Any], recomputed: Mapping[str, Any]) -> tuple[str, str]:
    """Return the facts of each side that differ."""
    names = [
        name for name in sorted({*stored, *recomputed}) if stored.get(name) != recomputed.get(name)
    ]
    ours, theirs = ({name: side.get(name) for name in names} for side in (stored, recomputed))
    return _as_text(ours), _as_text(theirs)


def _different_lines(stored: Sequence[Sequence[Any]], quote: Quote) -> tuple[str, str]:
    """Return the lines that only one side has. Their order does not matter."""
    ours = Counter(tuple(line) for line in stored)
    theirs = Counter(
        tuple(getattr(line, name) for name in FIGURES) for line in (*quote.lines, *quote.charges)
    )
    return (
        _as_text(sorted((ours - theirs).elements())),
        _as_text(sorted((theirs - ours).elements())),
    )


def _as_text(facts: Any) -> str:
    return canonical(facts).decode()


_FIGURES = func.json_build_array(*(getattr(Line, name) for name in FIGURES))
_ORDERS = select(
    Order.number, Order.total, Order.net, Order.tax, Order.quote, Order.quote_hash,
    select(func.json_agg(aggregate_order_by(_FIGURES, Line.position)))
    .where(Line.order_id == Order.id).correlate(Order).scalar_subquery().label("lines"),
)  # fmt: skip
