"""Measures the price engine alone: no server, no database, one process and one core.

A cart should only pay for promotions of its goods. So the time with 200 promotions is compared with the time with
only the few of them that apply.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from app.core.pricing.engine.benefits.amounts import Amount, Percentage, Tiers
from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.benefits.multibuys import CheapestFree
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.engine.scope import Scope

NAME = "engine"
LINES = (2, 10, 100)
NOTHING, FEW, TEN, FEW_OF_MANY, MANY = (0, 0), (5, 5), (10, 10), (200, 5), (200, 200)
"""(active promotions, promotions for goods in the cart)."""
SECONDS = 0.1
"""Seconds of each round of a figure."""

BENEFITS: tuple[Benefit, ...] = (
    Percentage(500), Amount(100), CheapestFree(3), Tiers(((5000, 100), (20_000, 500))),
)  # fmt: skip


@dataclass
class Figure:
    lines: int
    active: int
    applicable: int
    rounds: list[float] = field(default_factory=list)
    """Seconds for a quote."""
    hashed: list[float] = field(default_factory=list)
    """Seconds for a quote and its hash."""

    @property
    def seconds(self) -> float:
        return median(self.rounds)

    @property
    def per_line_and_promotion(self) -> float | None:
        """Seconds per line and applicable promotion."""
        return self.seconds / (self.lines * self.applicable) if self.applicable else None


def measure(rounds: int) -> list[Figure]:
    """Measure all figures once in each round, so that a slow phase of the machine slows all of them."""
    shapes = (NOTHING, FEW, TEN, FEW_OF_MANY, MANY)
    figures = [Figure(lines, *shape) for lines in LINES for shape in shapes]
    pricing = [_pricing(figure) for figure in figures]
    for _ in range(rounds):
        for figure, price in zip(figures, pricing, strict=True):
            figure.rounds.append(_seconds(price))
            figure.hashed.append(_seconds(_hashing(price)))
    return figures


def _pricing(figure: Figure) -> Callable[[], Quote]:
    cart = [
        Item(f"SKU-{n:03}", 1 + n % 3, 499 + 70 * n, product=f"p-{n}", category="in the cart")
        for n in range(figure.lines)
    ]
    promotions = Promotions(_promotions(figure))
    return lambda: quote("GBP", cart, promotions=promotions)


def _hashing(price: Callable[[], Quote]) -> Callable[[], str]:
    return lambda: price().hash


def _promotions(figure: Figure) -> Iterator[Promotion]:
    for number in range(figure.active):
        about = "in the cart" if number < figure.applicable else f"elsewhere {number}"
        scope = Scope(categories=frozenset({about}))
        offer = BENEFITS[number % len(BENEFITS)]
        yield Promotion(f"P-{number:03}", f"Promotion {number}", offer, (scope,))


def _seconds(work: Callable[[], Any]) -> float:
    """Return the seconds of one run, averaged over as many as fit into SECONDS."""
    count, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < SECONDS:
        work()
        count += 1
    return elapsed / count


def as_text(figures: Sequence[Figure]) -> str:
    head = (
        f"{'The engine alone, one core':36} {'quotes/s':>10} {'ms':>9} {'with hash/s':>12} "
        f"{'µs per line × promotion':>23}"
    )
    return "\n".join([head, "─" * len(head), *map(_row, figures), "", *_scaling(figures)])


def _row(figure: Figure) -> str:
    some = f"{figure.active} promotions, {figure.applicable} apply"
    name = f"{figure.lines:>3} lines, {some if figure.active else 'no promotions'}"
    each = (
        ""
        if figure.per_line_and_promotion is None
        else f"{figure.per_line_and_promotion * 1e6:.2f}"
    )
    return (
        f"{name:36} {1 / figure.seconds:>10,.0f} {figure.seconds * 1000:>9.3f} "
        f"{1 / median(figure.hashed):>12,.0f} {each:>23}"
    )


def _scaling(figures: Sequence[Figure]) -> Iterator[str]:
    by_shape = {(one.lines, one.active, one.applicable): one for one in figures}
    ratios = [
        f"{_ratio(by_shape[lines, *FEW_OF_MANY], by_shape[lines, *FEW]):.2f} × at {lines} lines"
        for lines in LINES
    ]
    yield f"Time with 200 promotions of which 5 apply, relative to 5 alone: {', '.join(ratios)}"
    small, large = by_shape[LINES[0], *FEW], by_shape[LINES[-1], *MANY]
    grown = large.lines * large.applicable / (small.lines * small.applicable)
    cost = large.seconds / small.seconds
    yield f"{grown:,.0f} × the lines × applicable promotions take {cost:,.0f} × the time"


def _ratio(one: Figure, other: Figure) -> float:
    """Return the median of the rounds' ratios: a slow round slows both."""
    return median(a / b for a, b in zip(one.rounds, other.rounds, strict=True))


def as_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [asdict(figure) for figure in figures]
