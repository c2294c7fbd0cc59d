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
from app.cli.progress import with_progress
from app.cli.session import runner, with_database
from app.core.catalogue.import_outcome import ImportOutcome

file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print a summary for programs.")


@click.group("import")
def imports() -> None:
    """Import a merchant's CSV files, also as .csv.gz. Safe to repeat.

    Valid rows are imported; the others are in a report with line, column, value and fix. The exit
    code is 0 only if no row was left out.
    """


def _currency(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value and not (len(value) == 3 and value.isascii() and value.isalpha()):
        raise click.BadParameter("write the three letters of ISO 4217, such as GBP")
    return value and value.upper()


def _shop_currency(currency: str | None) -> str:
    """Return the currency, or the shop's own. Raises UsageError if the shop does not sell in it."""
    known: tuple[str, ...] = current_app.config["CURRENCIES"]
    if currency and currency not in known:
        raise click.UsageError(
            f"This shop sells in {', '.join(known)}. Add others with MORE_CURRENCIES."
        )
    return currency or known[0]


@imports.command("catalogue")
@file_argument
@click.option("--currency", callback=_currency, help="Currency of the file; by default the shop's.")
@json_option
@with_database
def catalogue(file: Path, currency: str | None, as_json: bool) -> None:
    """Import products, variants, prices and costs from Shopify's product export."""
    _import(file_import.catalogue(_shop_currency(currency)), file, as_json)


@imports.command("stock")
@file_argument
@click.option("--as-count", is_flag=True, help="The file is a fresh count: set moved stock too.")
@json_option
@with_database
def stock(file: Path, as_count: bool, as_json: bool) -> None:
    """Import the stock on hand per SKU and location from Shopify's inventory export."""
    _import(file_import.stock(as_count, current_app.config["CURRENCIES"][0]), file, as_json)


@imports.command("locations")
@file_argument
@json_option
@with_database
def locations(file: Path, as_json: bool) -> None:
    """Import stores and warehouses, with opening hours if the file has them."""
    _import(file_import.locations(), file, as_json)


@imports.command("prices")
@file_argument
@click.option("--currency", callback=_currency, help="Currency of the file; by default the shop's.")
@click.option("--dry-run", is_flag=True, help="Print what would change, and import nothing.")
@click.option(
    "--max-change",
    default=30.0,
    show_default=True,
    help="Percent that a price may change without --yes.",
)
@click.option("--yes", is_flag=True, help="Allow each change, however large.")
@json_option
@with_database
def prices(
    file: Path, currency: str | None, dry_run: bool, max_change: float, yes: bool, as_json: bool
) -> None:
    """Import prices for now or later: sku, amount, and list, min_quantity, compare_at, starts_at.

    A price that changes by more than --max-change percent is left out unless --yes confirms it.
    """
    limit = None if yes else round(max_change * 100)
    source = file_import.prices(_shop_currency(currency), limit, dry_run)
    _import(source, file, as_json, None if as_json or not dry_run else _print_price_moves)


def _print_price_moves(outcome: ImportOutcome) -> None:
    for one in outcome.price_moves:
        click.echo(import_summary.format_price_move(one))


@imports.command("history")
@file_argument
@json_option
@with_database
def history(file: Path, as_json: bool) -> None:
    """Import past orders and prices from invoices in the columns of UCI's “Online Retail”, in GBP.

    SKUs of the catalogue get a price history, so import the catalogue first.
    """
    _import(file_import.history(), file, as_json)


def _import(
    source: ImportSource,
    path: Path,
    as_json: bool,
    on_outcome: Callable[[ImportOutcome], None] | None = None,
) -> None:
    reports = current_app.config["SETTINGS"].var / "reports"
    started = time.monotonic()
    with path.open("rb") as file:
        result = import_file(
            runner(),
            source,
            decompressed(file),
            reports,
            lambda chunks: with_progress(chunks, file, source.name),
            on_outcome,
        )
    seconds = time.monotonic() - started
    if as_json:
        click.echo(import_summary.as_json(source.name, path, result, seconds))
    elif text := import_summary.as_text(result):
        click.echo(text)
    if result.error:
        click.echo(f"{path}: {result.error}", err=True)
    if not result.is_complete:
        sys.exit(1)
