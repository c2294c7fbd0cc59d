"""flask prices verify."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.session import engine, with_database
from app.core.orders.verify_prices import OrderDifference, differences


@click.group()
def prices() -> None:
    """Prices of orders."""


@prices.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@with_database
def verify(as_json: bool) -> None:
    """Recompute each placed or imported order from its frozen facts. Exit 1 if one differs."""
    found: list[OrderDifference] = []
    checked, differing = _verify(found.append if as_json else _print_difference)
    if as_json:
        rows = [asdict(one) for one in found]
        click.echo(json.dumps({"checked": checked, "differing": differing, "differences": rows}))
    else:
        click.echo(f"{checked:,} orders recomputed: {differing or 'none'} of them differ.")
    sys.exit(1 if differing else 0)


def _verify(report: Callable[[OrderDifference], None]) -> tuple[int, int]:
    """Return the number of orders, and how many of them differ."""
    checked = differing = 0
    with Session(engine()) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        for of_order in differences(session):
            checked += 1
            differing += bool(of_order)
            for one in of_order:
                report(one)
    return checked, differing


def _print_difference(one: OrderDifference) -> None:
    click.echo(f"{one.number} {one.what}: stored {one.stored}, recomputed {one.recomputed}")
