"""`flask import catalogue|stock|locations|prices|history FILE`: a merchant's data from another system."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app

from app.adapters import file_import
from app.adapters.file_import import ImportSource, import_file
from app.adapters.gzipped import decompressed
from app.cli import import_summary
from app.cli.progress import watched
from app.cli.session import runner, with_database
from app.core.catalogue.import_outcome import ImportOutcome

file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print a summary for programs.")


@click.group("import")
def imports() -> None:
    """Bring in a merchant's CSV files, also as .csv.gz. Safe to repeat.

    Good rows are imported, bad ones reported with line, column, value and fix. Ends with exit
    code 0 only where no row was left out.
    """


def _currency(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value and not (len(value) == 3 and value.isascii() and value.isalpha()):
        raise click.BadParameter("write the three letters of ISO 4217, such as GBP")
    return value and value.upper()


def _sold_in(currency: str | None) -> str:
    """The currency, or the shop's own. Raises UsageError where nobody could buy in it."""
    known: tuple[str, ...] = current_app.config["CURRENCIES"]
    if currency and currency not in known:
        raise click.UsageError(
            f"This shop sells in {', '.join(known)}: MORE_CURRENCIES adds others."
        )
    return currency or known[0]


@imports.command("catalogue")
@file_argument
@click.option("--currency", callback=_currency, help="Of the amounts in the file; by default ours.")
@json_option
@with_database
def catalogue(file: Path, currency: str | None, as_json: bool) -> None:
    """Import products, variants, prices and costs: Shopify's product export."""
    _run(file_import.catalogue(_sold_in(currency)), file, as_json)


@imports.command("stock")
@file_argument
@click.option("--as-count", is_flag=True, help="Counted just now: set also what has moved.")
@json_option
@with_database
def stock(file: Path, as_count: bool, as_json: bool) -> None:
    """Import what is on hand per SKU and location: Shopify's inventory export."""
    _run(file_import.stock(as_count, current_app.config["CURRENCIES"][0]), file, as_json)


@imports.command("locations")
@file_argument
@json_option
@with_database
def locations(file: Path, as_json: bool) -> None:
    """Import shops and warehouses, with their opening hours where the file has them."""
    _run(file_import.locations(), file, as_json)


@imports.command("prices")
@file_argument
@click.option("--currency", callback=_currency, help="Of the amounts in the file; by default ours.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option(
    "--most", default=30.0, show_default=True, help="Percent that a price may move without --yes."
)
@click.option("--yes", is_flag=True, help="Let prices move as far as the file says.")
@json_option
@with_database
def prices(
    file: Path, currency: str | None, dry_run: bool, most: float, yes: bool, as_json: bool
) -> None:
    """Import prices, now or later: sku, amount, and list, min_quantity, compare_at, starts_at.

    A price that moves further than --most percent is left out until it is confirmed by --yes.
    """
    source = file_import.prices(_sold_in(currency), None if yes else round(most * 100), dry_run)
    _run(source, file, as_json, None if as_json or not dry_run else _show)


def _show(outcome: ImportOutcome) -> None:
    for one in outcome.price_moves:
        click.echo(import_summary.move(one))


@imports.command("history")
@file_argument
@json_option
@with_database
def history(file: Path, as_json: bool) -> None:
    """Import past orders and prices: invoices in the columns of UCI's “Online Retail”, in GBP.

    Known SKUs get their price history, so import the catalogue first.
    """
    _run(file_import.history(), file, as_json)


def _run(
    source: ImportSource,
    path: Path,
    as_json: bool,
    tell: Callable[[ImportOutcome], None] | None = None,
) -> None:
    reports = current_app.config["SETTINGS"].var / "reports"
    began = time.monotonic()
    with path.open("rb") as file:
        result = import_file(
            runner(),
            source,
            decompressed(file),
            reports,
            lambda chunks: watched(chunks, file, source.name),
            tell,
        )
    seconds = time.monotonic() - began
    if as_json:
        click.echo(import_summary.as_json(source.name, path, result, seconds))
    elif text := import_summary.as_text(result):
        click.echo(text)
    if result.error:
        click.echo(f"{path}: {result.error}", err=True)
    if not result.is_complete:
        sys.exit(1)
