"""flask prices verify."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.session import engine, with_database
from app.core.orders.verify_prices import Difference, differences


@click.group()
def prices() -> None:
    """What was charged, looked at again."""


@prices.command("verify")
@click.option("--json", "as_json", is_flag=True, help="A summary that a program can read.")
@with_database
def verify(as_json: bool) -> None:
    """Recompute every order, placed or imported, from its frozen facts; exit 1 where one differs."""
    found: list[Difference] = []
    checked, differing = _verify(found.append if as_json else _tell)
    if as_json:
        told = [asdict(one) for one in found]
        click.echo(json.dumps({"checked": checked, "differing": differing, "differences": told}))
    else:
        click.echo(f"{checked:,} orders recomputed: {differing or 'none'} of them differ.")
    sys.exit(1 if differing else 0)


def _verify(tell: Callable[[Difference], None]) -> tuple[int, int]:
    """How many orders there are, and how many of them differ."""
    checked = differing = 0
    with Session(engine()) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        for of_order in differences(session):
            checked += 1
            differing += bool(of_order)
            for one in of_order:
                tell(one)
    return checked, differing


def _tell(one: Difference) -> None:
    click.echo(f"{one.number} {one.what}: stored {one.stored}, recomputed {one.recomputed}")
