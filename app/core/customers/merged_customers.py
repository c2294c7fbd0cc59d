"""Resolve merged customers: from any id, all ids of the same person.

A merge points one customer to another by `merged_into_id` and rewrites no id anywhere. So every read of a person's
rows must read them for all ids of the person, and an undone merge leaves nothing behind.

SQL does this by functions that the first migration creates, each used in FROM and planned as a part of its
statement: `customer_ids(any id)` returns all ids of the person, `canonical_customer_id(any id)` the id that the
others were merged into (no row if the person was erased), and `customer_group_of(any id)` the group whose prices
the person pays: the canonical customer's, else that of the first merged customer who has one.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, column, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.customers.models import Customer
from app.core.errors import NotFound

Reader = Session | Connection


def ids_of(reader: Reader, customer_id: UUID) -> list[UUID]:
    """Return all ids of a person, the canonical one first. Raises NotFound."""
    found = list(reader.execute(_IDS, {"customer_id": customer_id}).scalars())
    if not found:
        raise not_found()
    return found


def select_ids(customer_id: ColumnElement[UUID]) -> Select[tuple[UUID]]:
    """Return the SELECT of all ids of a person, to be used in IN."""
    return select(func.customer_ids(customer_id).table_valued(column("id", Uuid)).c.id)


def lock(session: Session, customer_id: UUID) -> None:
    """Block an erasure until the transaction ends, so that it misses nothing that is being written.

    Raises NotFound for an erased customer.
    """
    query = select(Customer.id).where(Customer.id == customer_id, Customer.erased_at.is_(None))
    if session.execute(query.with_for_update(read=True, key_share=True)).first() is None:
        raise not_found()


def not_found() -> NotFound:
    return NotFound("Customer not found: search by e-mail, phone or loyalty card.")


_IDS = text("""
    SELECT c.id FROM customer_ids(:customer_id) person JOIN customers c ON c.id = person.id
    ORDER BY c.merged_into_id IS NOT NULL, c.id
""")
