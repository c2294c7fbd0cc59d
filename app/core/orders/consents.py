"""The consents of an order: what the orderer allowed or withdrew."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.customers import consents
from app.core.customers.consents import ConsentRow, ConsentStatement
from app.core.customers.merged_customers import Reader
from app.core.customers.models import Contact
from app.core.errors import NotFound
from app.core.orders.models import Order
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetOrderConsent:
    number: str
    statement: ConsentStatement


def set_order_consent(tx: Transaction, command: SetOrderConsent) -> str:
    """Record a statement of the holder of the order's link; return the order's number.

    Raises NotFound, Conflict (suppressed), Invalid.
    """
    found = tx.session.execute(
        select(Order.id, Contact)
        .join(Contact, Contact.id == Order.contact_id)
        .where(Order.number == command.number)
    ).first()
    if found is None:
        raise NotFound("There is no such order here: check the number.")
    consents.record(tx, found.Contact, command.statement, order_id=found.id)
    return command.number


def of_order(reader: Reader, number: str) -> Sequence[ConsentRow]:
    """Return the orderer's latest statement about each purpose and channel."""
    return consents.latest_by_channel(
        reader, select(Order.contact_id).where(Order.number == number)
    )
