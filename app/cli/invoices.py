"""flask invoice."""

import click
from sqlalchemy import text

from app.cli.session import engine, fail, perform, with_database
from app.core.ids import order_number
from app.core.invoicing.issue_documents import DrawUp, draw_up


@click.command()
@click.argument("number")
@with_database
def invoice(number: str) -> None:
    """Write the invoice and credit notes that an order lacks: it was collected before anybody sold."""
    with engine().connect() as connection:
        order_id = connection.scalar(_ORDER, {"number": order_number(number)})
    if order_id is None:
        raise fail(f"There is no order {number}.")
    written = perform(draw_up, DrawUp(order_id))
    click.echo(f"{written} document{'' if written == 1 else 's'} written.")


_ORDER = text("SELECT id FROM orders WHERE number = :number")
