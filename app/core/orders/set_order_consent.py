from dataclasses import dataclass

from sqlalchemy import select

from app.core.customers import consents
from app.core.customers.consents import ConsentStatement
from app.core.customers.models import Contact
from app.core.errors import NotFound
from app.core.orders.models import Order
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetOrderConsent:
    number: str
    statement: ConsentStatement


def set_order_consent(tx: Transaction, command: SetOrderConsent) -> str:
    """Keep what the holder of an order's link says; the order's number. Raises NotFound, Conflict, Invalid."""
    found = tx.session.execute(
        select(Order.id, Contact)
        .join(Contact, Contact.id == Order.contact_id)
        .where(Order.number == command.number)
    ).first()
    if found is None:
        raise NotFound("There is no such order here: check the number.")
    consents.record(tx, found.Contact, command.statement, order_id=found.id)
    return command.number
