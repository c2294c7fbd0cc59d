"""Imports a merchant's file in transactions of some hundred rows each, the good rows at least.

What is imported stays, so a run that was broken off is simply repeated.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from app.adapters import locations_csv, prices_csv, shopify_csv
from app.adapters.import_report import ImportReport
from app.core.catalogue.import_locations import ImportLocations, import_locations
from app.core.catalogue.import_outcome import Outcome, Problem
from app.core.errors import Invalid
from app.core.inventory.import_stock import ImportStock, import_stock
from app.core.pricing.import_prices import ImportPrices, import_prices
from app.core.pricing.import_products import ImportProducts, ProductRows, import_products
from app.core.transaction import Actor, Performer

CONSOLE = Actor("merchant", sales_channel="console")
CHUNK = 500
"""Rows per transaction: enough to make commits cheap, few enough to hold locks only briefly."""


@dataclass(frozen=True)
class Source:
    """What is imported: how its file is read, and which use case takes its rows."""

    what: str
    read: Callable[[BinaryIO], Iterator[Any]]
    use_case: Callable[..., Outcome]
    command: Callable[[Sequence[Any]], Any]


@dataclass(frozen=True)
class Chunk:
    rows: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Those found between the rows."""


@dataclass
class Result:
    """What came of a file."""

    outcome: Outcome = field(default_factory=lambda: Outcome({}))
    refused: int = 0
    skipped: int = 0
    report: Path | None = None
    error: str | None = None
    """Why the file as a whole could not be read, or not to its end."""

    @property
    def is_good(self) -> bool:
        return not (self.refused or self.skipped or self.error)


def catalogue(currency: str) -> Source:
    return Source(
        "catalogue",
        lambda file: shopify_csv.products(file, currency),
        import_products,
        lambda rows: ImportProducts(currency, rows),
    )


def stock(as_count: bool, currency: str) -> Source:
    return Source(
        "stock", shopify_csv.stock, import_stock, lambda rows: ImportStock(rows, as_count, currency)
    )


def locations() -> Source:
    return Source("locations", locations_csv.locations, import_locations, ImportLocations)


def prices(currency: str, most: int | None, dry_run: bool) -> Source:
    """`most` basis points that a price may move; None: as far as it likes."""
    return Source(
        "prices",
        lambda file: prices_csv.prices(file, currency),
        import_prices,
        lambda rows: ImportPrices(currency, rows, most, dry_run),
    )


def import_file(
    performer: Performer,
    source: Source,
    file: BinaryIO,
    reports: Path,
    watch: Callable[[Iterator[Chunk]], Iterable[Chunk]] = iter,
    tell: Callable[[Outcome], None] | None = None,
) -> Result:
    """Import `file`; what is wrong with it goes to a report in the folder `reports`.

    `watch` passes the chunks on, and can tell somebody how far it is; `tell` hears what became of each.
    """
    result = Result()
    report = ImportReport.of(reports, source.what, performer.ports.clock.now())
    try:
        for chunk in watch(_chunks(source.read(file))):
            outcome = performer.perform(source.use_case, source.command(chunk.rows), CONSOLE)
            _note(result, report, chunk.problems, outcome)
            if tell:
                tell(outcome)
    except Invalid as error:
        result.error = error.message
    return result


def _chunks(items: Iterable[Any]) -> Iterator[Chunk]:
    chunk, size = Chunk(), 0
    for item in items:
        (chunk.problems if isinstance(item, Problem) else chunk.rows).append(item)
        size += len(item.variants) if isinstance(item, ProductRows) else 1
        if size >= CHUNK:
            yield chunk
            chunk, size = Chunk(), 0
    if size:
        yield chunk


def _note(
    result: Result, report: ImportReport, problems: Sequence[Problem], outcome: Outcome
) -> None:
    result.outcome += outcome
    result.refused += len(problems) + len(outcome.refused)
    result.skipped += len(outcome.skipped)
    told = sorted((*problems, *outcome.refused, *outcome.skipped), key=lambda found: found.line)
    if told:
        report.add(told)
        result.report = report.path
