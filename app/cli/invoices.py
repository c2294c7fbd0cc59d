"""flask invoice."""

import click
from sqlalchemy import select

from app.cli.session import engine, fail, perform, with_database
from app.core.ids import order_number
from app.core.invoicing.issue_documents import IssueDocuments, issue_documents
from app.core.orders.models import Order


@click.command()
@click.argument("number")
@with_database
def invoice(number: str) -> None:
    """Issue the invoice and credit notes that the order NUMBER lacks.

    An order lacks them if it was collected before the shop had a legal entity.
    """
    with engine().connect() as connection:
        order_id = connection.scalar(select(Order.id).where(Order.number == order_number(number)))
    if order_id is None:
        raise fail(f"There is no order {number}. Check the number.")
    issued = perform(issue_documents, IssueDocuments(order_id))
    click.echo(f"{issued} document{'' if issued == 1 else 's'} issued.")
