"""Import how many units of what are where, from a merchant's list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.bulk_timeouts import be_patient
from app.core.catalogue.costs import cost_in_force
from app.core.catalogue.import_outcome import ImportOutcome, Problem, Tally
from app.core.catalogue.models import Location, Variant
from app.core.inventory.set_on_hand import CountedStock, set_on_hand
from app.core.transaction import Transaction

StockKey = tuple[UUID, UUID]
"""A location and a variant."""


@dataclass(frozen=True)
class StockRow:
    line: int
    sku: str
    location: str
    """Its name, as people write it."""
    on_hand: int


@dataclass(frozen=True)
class ImportStock:
    rows: Sequence[StockRow]
    """Each SKU once per location."""
    as_count: bool = False
    """Somebody counted just now: also set the rows whose stock has moved since the last import."""
    currency: str = "GBP"
    """Of the costs that the movements are valued at."""


def import_stock(tx: Transaction, command: ImportStock) -> ImportOutcome:
    """Set what is on hand, as movements of kind `import`; refuse unknown SKUs and locations.

    A row whose stock has moved since its last import is skipped: the file does not know of the
    sale, and would bring sold units back.
    """
    be_patient(tx.session)
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
        CountedStock(*place, row.on_hand, variants[row.sku].unit_cost)
        for place, row in rows.items()
    ]
    new = _without_stock(tx, rows)
    result = set_on_hand(tx, counted, "import", None, skip_with_movements=not command.as_count)
    created_unequal = sum(1 for place in new if rows[place].on_hand)
    tally = Tally(
        len(new), result.changed - created_unequal, result.unchanged - len(new) + created_unequal
    )
    skipped = [_skipped(rows[row.location_id, row.variant_id]) for row in result.skipped]
    counts = {"rows": tally, "shortfalls": Tally(created=result.shortfalls)}
    return ImportOutcome(counts, tuple(refused), tuple(skipped))


def _variants(tx: Transaction, command: ImportStock) -> dict[str, Any]:
    skus = literal(list({row.sku for row in command.rows}), ARRAY(Text))
    unit_cost = cost_in_force(command.currency, tx.now).label("unit_cost")
    found = tx.session.execute(
        select(Variant.sku, Variant.id, unit_cost).where(Variant.sku == any_(skus))
    )
    return {row.sku: row for row in found}


def _locations(tx: Transaction, rows: Sequence[StockRow]) -> dict[str, UUID]:
    names = literal(list({row.location for row in rows}), ARRAY(Text))
    found = tx.session.execute(
        select(Location.name, Location.id).where(Location.name == any_(names))
    )
    return {row.name: row.id for row in found}


def _problem(row: StockRow, variants: dict[str, Any], locations: dict[str, UUID]) -> Problem | None:
    if row.sku not in variants:
        cure = "No variant has this SKU: correct it, or import the catalogue first."
        return Problem(row.line, "SKU", row.sku, cure)
    if row.location not in locations:
        cure = "No location has this name: correct it, or import the locations first."
        return Problem(row.line, "Location", row.location, cure)
    return None


def _without_stock(tx: Transaction, places: Iterable[StockKey]) -> set[StockKey]:
    """Those that never had a stock row: new, even where nothing is on hand."""
    places = set(places)
    found = tx.session.execute(
        _PLACES_WITH_STOCK,
        {"locations": [place[0] for place in places], "variants": [place[1] for place in places]},
    )
    return places - {(row.location_id, row.variant_id) for row in found}


def _skipped(row: StockRow) -> Problem:
    cure = (
        "Sold, counted or received since the last import, so left alone. "
        "If this number was counted just now, import with --as-count."
    )
    return Problem(row.line, "On hand", str(row.on_hand), cure)


_PLACES_WITH_STOCK = text("""
    SELECT location_id, variant_id FROM stock
    JOIN unnest(CAST(:locations AS uuid[]), CAST(:variants AS uuid[])) AS w(location_id, variant_id)
        USING (location_id, variant_id)
""")
