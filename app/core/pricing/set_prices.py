from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.core.catalogue.import_outcome import Problem
from app.core.errors import Conflict, Invalid
from app.core.pricing.events import PRICES_SET
from app.core.pricing.price_changes import PriceChanges
from app.core.pricing.price_input import NewPrice
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetPrices:
    currency: str
    """Of the base list."""
    prices: Sequence[NewPrice]
    """Numbered by `line`."""


class PricesSet(NamedTuple):
    set: int
    unchanged: int
    """Prices that are in force already, or scheduled already for the same moment."""


def set_prices(tx: Transaction, command: SetPrices) -> PricesSet:
    """Let prices start, now or later: all of them, or none if one is wrong.

    Raises Invalid for a price that is unknown, negative, in another currency, in the past or there twice; Conflict
    (price_exists_at_time) if another price starts at the same moment.
    """
    changes = PriceChanges(tx, command.currency)
    changes.compare(command.prices)
    if changes.invalid:
        raise Invalid("Some prices are wrong: see errors.", prices=_by_line(changes.invalid))
    if changes.conflicts:
        raise Conflict(
            f"{changes.conflicts[0].fix} See errors.",
            code="price_exists_at_time",
            prices=_by_line(changes.conflicts),
        )
    changes.write(PRICES_SET)
    return PricesSet(len(changes.rows), changes.unchanged)


def _by_line(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return {line: {field: [fix]}}, the form of errors in the fields of a request."""
    errors: dict[str, Any] = {}
    for problem in problems:
        errors.setdefault(str(problem.line), {}).setdefault(problem.column, []).append(problem.fix)
    return errors
