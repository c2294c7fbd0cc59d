"""flask invoice."""

import click
from sqlalchemy import text

from app.cli.session import engine, fail, perform, with_database
from app.core.ids import order_number
from app.core.invoicing.issue_documents import IssueDocuments, issue_documents


@click.command()
@click.argument("number")
@with_database
def invoice(number: str) -> None:
    """Issue the invoice and credit notes that the order NUMBER lacks.

    An order lacks them if it was collected before the shop had a legal entity.
    """
    with engine().connect() as connection:
        order_id = connection.scalar(_ORDER, {"number": order_number(number)})
    if order_id is None:
        raise fail(f"There is no order {number}.")
    issued = perform(issue_documents, IssueDocuments(order_id))
    click.echo(f"{issued} document{'' if issued == 1 else 's'} issued.")


_ORDER = text("SELECT id FROM orders WHERE number = :number")
