"""flask report money."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from app.cli.session import engine, fail, with_database
from app.core.money import format_minor
from app.core.orders.money_report import DaySums, money_report, totals
from app.core.orders.money_report_csv import as_csv

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def report() -> None:
    """Reports for the merchant."""


@report.command("money")
@click.option(
    "--from", "first", type=DAY, required=True, help="The first day, in each store's time zone."
)
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option(
    "--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a CSV file."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON with amounts in minor units.")
@with_database
def money(first: datetime, last: datetime, file: Path | None, as_json: bool) -> None:
    """Report captures, refunds, chargebacks and fees by day, channel, store and tender."""
    if last < first:
        raise fail("The last day is before the first. Swap --from and --to.")
    rows = _rows(first.date(), last.date())
    if file is not None:
        file.write_text(as_csv(rows), encoding="utf-8", newline="")
    if as_json:
        items = [{**asdict(row), "day": row.day.isoformat()} for row in rows]
        click.echo(
            json.dumps({"items": items, "totals": [sums._asdict() for sums in totals(rows)]})
        )
    elif file is None:
        click.echo("\n".join(_describe(row) for row in rows) or "No money moved.")
    else:
        click.echo(f"{len(rows)} rows in {file}.")


def _rows(first: date, last: date) -> list[DaySums]:
    with engine().connect() as reader:
        return money_report(reader, first, last)


def _describe(row: DaySums) -> str:
    amounts = ", ".join(
        f"{name} {format_minor(amount, row.currency)}"
        for name, amount in (
            ("captured", row.captured), ("refunded", row.refunded), ("charged back", row.charged_back),
            ("fees", row.fees), ("net", row.net),
        )
        if amount or name == "net"
    )  # fmt: skip
    return f"{row.day} {row.channel} {row.store or '-'} {row.tender}: {amounts}"
