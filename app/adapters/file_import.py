"""Imports a merchant's file in transactions of some hundred rows each, the good rows at least.

What is imported stays, so a run that was broken off is simply repeated.
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
CHUNK = 500
"""Rows per transaction: enough to make commits cheap, few enough to hold locks only briefly."""


@dataclass(frozen=True)
class Source:
    """What is imported: how its file is read, and which use case takes its rows."""

    what: str
    read: Callable[[BinaryIO], Iterator[Any]]
    use_case: Callable[..., ImportOutcome]
    command: Callable[[Sequence[Any]], Any]
    size: Callable[[Any], int] = lambda _item: 1
    """How many rows of the file an item is made of."""
    actor: Actor = CONSOLE
    finish: Callable[[UseCaseRunner, Actor], Iterator[ImportOutcome]] | None = None
    """What follows from all that was imported, in transactions of its own."""


@dataclass(frozen=True)
class Chunk:
    rows: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Those found between the rows."""


@dataclass
class Result:
    """What came of a file."""

    outcome: ImportOutcome = field(default_factory=lambda: ImportOutcome({}))
    refused: int = 0
    skipped: int = 0
    noted: int = 0
    """Rows that were imported, but about which there is something to know."""
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
        size=lambda product: len(product.variants),
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


def history() -> Source:
    """Invoices of before, and the prices that they tell of."""
    name, currency = online_retail_csv.SOURCE, online_retail_csv.CURRENCY
    return Source(
        "history",
        online_retail_csv.invoices,
        import_orders,
        lambda invoices: ImportOrders(name, currency, invoices),
        size=lambda invoice: len(invoice.lines),
        actor=Actor("merchant", sales_channel="import"),
        finish=_prices,
    )


def _prices(runner: UseCaseRunner, actor: Actor) -> Iterator[ImportOutcome]:
    yield runner.perform(link_imported_orders, LinkImportedOrders(online_retail_csv.SOURCE), actor)
    last = None
    while True:
        command = ImportPriceHistory(online_retail_csv.CURRENCY, online_retail_csv.ZONE, last)
        kept = runner.perform(import_price_history, command, actor)
        yield kept.outcome
        last = kept.last
        if last is None:
            return


def import_file(
    runner: UseCaseRunner,
    source: Source,
    file: BinaryIO,
    reports: Path,
    watch: Callable[[Iterator[Chunk]], Iterable[Chunk]] = iter,
    tell: Callable[[ImportOutcome], None] | None = None,
) -> Result:
    """Import `file`; what is wrong with it goes to a report in the folder `reports`.

    `watch` passes the chunks on, and can tell somebody how far it is; `tell` hears what became of each.
    """
    result = Result()
    report = ImportReport.of(reports, source.what, runner.ports.clock.now())
    try:
        for chunk in watch(_chunks(source.read(file), source.size)):
            outcome = runner.perform(source.use_case, source.command(chunk.rows), source.actor)
            _note(result, report, chunk.problems, outcome)
            if tell:
                tell(outcome)
        for outcome in source.finish(runner, source.actor) if source.finish else ():
            _note(result, report, (), outcome)
    except Invalid as error:
        result.error = error.message
    return result


def _chunks(items: Iterable[Any], size_of: Callable[[Any], int]) -> Iterator[Chunk]:
    chunk, size = Chunk(), 0
    for item in items:
        is_problem = isinstance(item, Problem)
        (chunk.problems if is_problem else chunk.rows).append(item)
        size += 1 if is_problem else size_of(item)
        if size >= CHUNK:
            yield chunk
            chunk, size = Chunk(), 0
    if size:
        yield chunk


def _note(
    result: Result, report: ImportReport, problems: Sequence[Problem], outcome: ImportOutcome
) -> None:
    result.outcome += outcome
    result.refused += len(problems) + len(outcome.refused)
    result.skipped += len(outcome.skipped)
    result.noted += len(outcome.notes)
    found = (*problems, *outcome.refused, *outcome.skipped, *outcome.notes)
    told = sorted(found, key=lambda problem: problem.line)
    if told:
        report.add(told)
        result.report = report.path
