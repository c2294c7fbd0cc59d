"""Imports the units on hand at each location from a merchant's list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.bulk_timeouts import use_bulk_timeouts
from app.core.catalogue.costs import cost_in_force
from app.core.catalogue.import_outcome import ImportOutcome, Problem, Tally
from app.core.catalogue.models import Location, Variant
from app.core.inventory.set_on_hand import CountedStock, set_on_hand
from app.core.inventory.stock import StockKey
from app.core.transaction import Transaction


@dataclass(frozen=True)
class StockRow:
    line: int
    sku: str
    location: str
    """The name of the location."""
    on_hand: int


class _KnownVariant(NamedTuple):
    id: UUID
    unit_cost: int | None


@dataclass(frozen=True)
class ImportStock:
    rows: Sequence[StockRow]
    """Each SKU appears once per location."""
    as_count: bool = False
    """Staff counted just now: also set the rows whose stock has had movements since the last import."""
    currency: str = "GBP"
    """The currency of the costs that value the movements."""


def import_stock(tx: Transaction, command: ImportStock) -> ImportOutcome:
    """Set on_hand by movements of kind `import`; refuse unknown SKUs and locations.

    Skip a row whose stock has had movements since its last import: the file does not know of a sale, and would
    bring sold units back.
    """
    use_bulk_timeouts(tx.session)
    variants = _variants(tx, command)
    locations = _locations(tx, command.rows)
    refused = [problem for row in command.rows if (problem := _problem(row, variants, locations))]
    bad = {problem.line for problem in refused}
    rows: dict[StockKey, StockRow] = {
        (locations[row.location], variants[row.sku].id): row
        for row in command.rows
        if row.line not in bad
    }
    counted = [
        CountedStock(*key, row.on_hand, variants[row.sku].unit_cost) for key, row in rows.items()
    ]
    new = _without_stock(tx, rows)
    result = set_on_hand(tx, counted, "import", None, skip_with_movements=not command.as_count)
    created_unequal = sum(1 for key in new if rows[key].on_hand)
    tally = Tally(
        len(new), result.changed - created_unequal, result.unchanged - len(new) + created_unequal
    )
    skipped = [_skipped(rows[row.key]) for row in result.skipped]
    counts = {"rows": tally, "shortfalls": Tally(created=result.shortfalls)}
    return ImportOutcome(counts, tuple(refused), tuple(skipped))


def _variants(tx: Transaction, command: ImportStock) -> dict[str, _KnownVariant]:
    skus = literal(list({row.sku for row in command.rows}), ARRAY(Text))
    unit_cost = cost_in_force(command.currency, tx.now).label("unit_cost")
    found = tx.session.execute(
        select(Variant.sku, Variant.id, unit_cost).where(Variant.sku == any_(skus))
    )
    return {row.sku: _KnownVariant(row.id, row.unit_cost) for row in found}


def _locations(tx: Transaction, rows: Sequence[StockRow]) -> dict[str, UUID]:
    names = literal(list({row.location for row in rows}), ARRAY(Text))
    found = tx.session.execute(
        select(Location.name, Location.id).where(Location.name == any_(names))
    )
    return {row.name: row.id for row in found}


def _problem(
    row: StockRow, variants: dict[str, _KnownVariant], locations: dict[str, UUID]
) -> Problem | None:
    if row.sku not in variants:
        fix = "No variant has this SKU: correct it, or import the catalogue first."
        return Problem(row.line, "SKU", row.sku, fix)
    if row.location not in locations:
        fix = "No location has this name: correct it, or import the locations first."
        return Problem(row.line, "Location", row.location, fix)
    return None


def _without_stock(tx: Transaction, keys: Iterable[StockKey]) -> set[StockKey]:
    """Return the keys without a stock row. They count as new, even if nothing is on hand."""
    keys = set(keys)
    found = tx.session.execute(
        _EXISTING_ROWS,
        {"locations": [key[0] for key in keys], "variants": [key[1] for key in keys]},
    )
    return keys - {(row.location_id, row.variant_id) for row in found}


def _skipped(row: StockRow) -> Problem:
    fix = (
        "This item was sold, counted or received after the last import, so the row was skipped. "
        "If this number was counted just now, import it with --as-count."
    )
    return Problem(row.line, "On hand", str(row.on_hand), fix)


_EXISTING_ROWS = text("""
    SELECT location_id, variant_id FROM stock
    JOIN unnest(CAST(:locations AS uuid[]), CAST(:variants AS uuid[])) AS w(location_id, variant_id)
        USING (location_id, variant_id)
""")
