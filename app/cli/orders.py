"""flask order show."""

import click
from sqlalchemy.orm import Session

from app.cli.session import engine, fail, with_database
from app.core.ids import order_number
from app.core.orders.describe import describe_order


@click.group()
def order() -> None:
    """Orders, for the back office."""


@order.command("show")
@click.argument("number")
@with_database
def show(number: str) -> None:
    """Print the history of the order NUMBER: its lines, events and payments."""
    known = order_number(number)
    if known is None:
        raise fail(f"{number} is not an order number. One of its characters is wrong.")
    with Session(engine()) as session:
        lines = describe_order(session, known)
    if not lines:
        raise fail(f"There is no order {known}.")
    click.echo("\n".join(lines))
