"""Imports the valid rows of a merchant's file, in transactions of some hundred rows each.

Imported rows stay, so an interrupted run can be repeated.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from app.adapters import locations_csv, online_retail_csv, prices_csv, shopify_csv
from app.adapters.import_report import ImportReport
from app.core.catalogue.import_locations import ImportLocations, import_locations
from app.core.catalogue.import_outcome import ImportOutcome, Problem
from app.core.errors import Invalid
from app.core.inventory.import_stock import ImportStock, import_stock
from app.core.merchandising.import_products import ImportProducts, import_products
from app.core.order_import.import_orders import ImportOrders, import_orders
from app.core.order_import.import_price_history import ImportPriceHistory, import_price_history
from app.core.order_import.link_imported_orders import LinkImportedOrders, link_imported_orders
from app.core.pricing.import_prices import ImportPrices, import_prices
from app.core.transaction import Actor, UseCaseRunner

CONSOLE = Actor("merchant", sales_channel="console")
CHUNK_ROWS = 500
"""Rows per transaction: enough to make commits cheap, few enough to hold locks for a short time only."""


@dataclass(frozen=True)
class ImportSource:
    """One kind of import: how to read its file, and the use case that imports its rows."""

    name: str
    read: Callable[[BinaryIO], Iterator[Any]]
    use_case: Callable[..., ImportOutcome]
    command: Callable[[Sequence[Any]], Any]
    rows_of: Callable[[Any], int] = lambda _item: 1
    """Returns the number of rows in the file that an item consists of."""
    actor: Actor = CONSOLE
    finish: Callable[[UseCaseRunner, Actor], Iterator[ImportOutcome]] | None = None
    """The work after all rows are imported, in its own transactions."""


@dataclass(frozen=True)
class Chunk:
    rows: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Problems found between the rows."""


@dataclass
class ImportResult:
    """The result of importing one file."""

    outcome: ImportOutcome = field(default_factory=lambda: ImportOutcome({}))
    refused: int = 0
    skipped: int = 0
    with_notes: int = 0
    """The number of imported rows with a note for the merchant."""
    report: Path | None = None
    error: str | None = None
    """Why the file could not be read, or not to its end."""

    @property
    def is_complete(self) -> bool:
        return not (self.refused or self.skipped or self.error)


def catalogue(currency: str) -> ImportSource:
    return ImportSource(
        "catalogue",
        lambda file: shopify_csv.products(file, currency),
        import_products,
        lambda rows: ImportProducts(currency, rows),
        rows_of=lambda product: len(product.variants),
    )


def stock(as_count: bool, currency: str) -> ImportSource:
    return ImportSource(
        "stock", shopify_csv.stock, import_stock, lambda rows: ImportStock(rows, as_count, currency)
    )


def locations() -> ImportSource:
    return ImportSource("locations", locations_csv.locations, import_locations, ImportLocations)


def prices(currency: str, max_move: int | None, dry_run: bool) -> ImportSource:
    """Return the import of prices. `max_move` is the limit of a price's move in basis points; None: no limit."""
    return ImportSource(
        "prices",
        lambda file: prices_csv.prices(file, currency),
        import_prices,
        lambda rows: ImportPrices(currency, rows, max_move, dry_run),
    )


def history() -> ImportSource:
    """Return the import of past invoices and of the price history in them."""
    name, currency = online_retail_csv.SOURCE, online_retail_csv.CURRENCY
    return ImportSource(
        "history",
        online_retail_csv.invoices,
        import_orders,
        lambda invoices: ImportOrders(name, currency, invoices),
        rows_of=lambda invoice: len(invoice.lines),
        actor=Actor("merchant", sales_channel="import"),
        finish=_finish_history,
    )


def _finish_history(runner: UseCaseRunner, actor: Actor) -> Iterator[ImportOutcome]:
    yield runner.perform(link_imported_orders, LinkImportedOrders(online_retail_csv.SOURCE), actor)
    last = None
    while True:
        command = ImportPriceHistory(online_retail_csv.CURRENCY, online_retail_csv.ZONE, last)
        result = runner.perform(import_price_history, command, actor)
        yield result.outcome
        last = result.last
        if last is None:
            return


def import_file(
    runner: UseCaseRunner,
    source: ImportSource,
    file: BinaryIO,
    reports: Path,
    track: Callable[[Iterator[Chunk]], Iterable[Chunk]] = iter,
    on_outcome: Callable[[ImportOutcome], None] | None = None,
) -> ImportResult:
    """Import `file`. Write its problems to a report in the folder `reports`.

    `track` passes the chunks on and can show the progress. `on_outcome` receives the outcome of each chunk.
    """
    result = ImportResult()
    report = ImportReport.create(reports, source.name, runner.ports.clock.now())
    try:
        for chunk in track(_chunks(source.read(file), source.rows_of)):
            outcome = runner.perform(source.use_case, source.command(chunk.rows), source.actor)
            _add_outcome(result, report, chunk.problems, outcome)
            if on_outcome:
                on_outcome(outcome)
        for outcome in source.finish(runner, source.actor) if source.finish else ():
            _add_outcome(result, report, (), outcome)
    except Invalid as error:
        result.error = error.message
    return result


def _chunks(items: Iterable[Any], size_of: Callable[[Any], int]) -> Iterator[Chunk]:
    chunk, size = Chunk(), 0
    for item in items:
        is_problem = isinstance(item, Problem)
        (chunk.problems if is_problem else chunk.rows).append(item)
        size += 1 if is_problem else size_of(item)
        if size >= CHUNK_ROWS:
            yield chunk
            chunk, size = Chunk(), 0
    if size:
        yield chunk


def _add_outcome(
    result: ImportResult, report: ImportReport, problems: Sequence[Problem], outcome: ImportOutcome
) -> None:
    result.outcome += outcome
    result.refused += len(problems) + len(outcome.refused)
    result.skipped += len(outcome.skipped)
    result.with_notes += len(outcome.notes)
    found = (*problems, *outcome.refused, *outcome.skipped, *outcome.notes)
    sorted_problems = sorted(found, key=lambda problem: problem.line)
    if sorted_problems:
        report.add(sorted_problems)
        result.report = report.path
