"""Reads of customers and their merges. A person is a customer together with all that was merged into it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import aliased

from app.core.customers.merged_customers import Reader, not_found, select_ids
from app.core.customers.models import Customer, CustomerMerge


class CustomerRow(NamedTuple):
    """A customer without name and address."""

    id: UUID
    customer_group: str | None
    tags: Sequence[str]
    created_at: datetime


class IdentityRow(NamedTuple):
    kind: str
    value: str
    verified: bool


class NoteRow(NamedTuple):
    body: str
    by: str
    """staff or merchant."""
    created_at: str


class MergeRow(NamedTuple):
    id: UUID
    merged_id: UUID
    into_id: UUID
    reason: str
    created_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True)
class CustomerDetail:
    """A person. Single values (name, group, store) are those of the customer that stayed, else of the first merged
    customer that has one. Tags, identities and notes are those of all."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    customer_group: str | None
    locale: str | None
    favourite_store: str | None
    """The code of its location."""
    tags: Sequence[str]
    identities: Sequence[IdentityRow]
    notes: Sequence[NoteRow]
    created_at: datetime
    erased_at: datetime | None
    merged_ids: Sequence[CustomerRow]
    """The customer that stayed, then those merged into it."""


SINGLE_VALUES = ("name", "email", "phone", "customer_group", "locale", "favourite_store")


def get_customer(reader: Reader, customer_id: UUID) -> CustomerDetail:
    """Return the person that any of its ids names, in one statement. Raises NotFound."""
    return combine(person_rows(reader, customer_id))


def person_rows(reader: Reader, customer_id: UUID) -> Sequence[RowMapping]:
    """Return one row for each customer that the person consists of, for `combine`."""
    return reader.execute(_PERSON, {"customer_id": customer_id}).mappings().all()


def combine(rows: Sequence[RowMapping]) -> CustomerDetail:
    """Combine the rows of `PERSON` into one person. Raises NotFound if there is none."""
    if not rows:
        raise not_found()
    single: dict[str, Any] = {name: _first(row[name] for row in rows) for name in SINGLE_VALUES}
    return CustomerDetail(
        id=rows[0]["id"],
        **single,
        tags=sorted({tag for row in rows for tag in row["tags"]}),
        identities=[IdentityRow(**one) for row in rows for one in row["identities"] or ()],
        notes=[NoteRow(**one) for row in rows for one in row["notes"] or ()],
        created_at=min(row["created_at"] for row in rows),
        erased_at=rows[0]["erased_at"],
        merged_ids=[CustomerRow(*(row[name] for name in CustomerRow._fields)) for row in rows],
    )


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def list_merges(reader: Reader, customer_id: UUID) -> Sequence[MergeRow]:
    """Return the merges into a person or any part of it, the newest first."""
    rows = reader.execute(_MERGES, {"customer_id": customer_id}).mappings()
    return [MergeRow(**row) for row in rows]


def list_customers(reader: Reader, after: UUID | None, limit: int) -> Sequence[CustomerRow]:
    """Return customers that were not merged into another, the newest first, after the given id."""
    query = _CUSTOMERS.limit(limit)
    if after is not None:
        query = query.where(Customer.id < after)
    return [CustomerRow(**row) for row in reader.execute(query).mappings()]


# Text, because `write_reading` puts it behind the INSERT of an event.
PERSON = """SELECT c.id, c.customer_group, c.tags, c.locale, c.created_at, c.erased_at, n.name, n.email, n.phone,
        l.code AS favourite_store,
        (SELECT json_agg(json_build_object('kind', i.kind, 'value', i.value, 'verified', i.verified_at IS NOT NULL)
            ORDER BY i.created_at, i.id)
         FROM identities i WHERE i.customer_id = c.id AND i.ended_at IS NULL) AS identities,
        (SELECT json_agg(json_build_object('body', t.body, 'by', t.actor_kind, 'created_at', t.created_at)
            ORDER BY t.created_at, t.id)
         FROM customer_notes t WHERE t.customer_id = c.id AND t.body <> '') AS notes
    FROM customer_ids(:customer_id) person JOIN customers c ON c.id = person.id
        JOIN contacts n ON n.id = c.contact_id
        LEFT JOIN locations l ON l.id = c.favourite_location_id
    ORDER BY c.merged_into_id IS NOT NULL, c.created_at, c.id
"""
_PERSON = text(PERSON)
_UNDO = aliased(CustomerMerge)
_MERGES = (
    select(
        CustomerMerge.id,
        CustomerMerge.merged_id,
        CustomerMerge.into_id,
        CustomerMerge.reason,
        CustomerMerge.created_at,
        _UNDO.created_at.label("undone_at"),
    )
    .outerjoin(_UNDO, _UNDO.undoes_id == CustomerMerge.id)
    .where(
        CustomerMerge.into_id.in_(select_ids(bindparam("customer_id", type_=Uuid))),
        CustomerMerge.undoes_id.is_(None),
    )
    .order_by(CustomerMerge.created_at.desc(), CustomerMerge.id.desc())
)
_CUSTOMERS = (
    select(Customer.id, Customer.customer_group, Customer.tags, Customer.created_at)
    .where(Customer.merged_into_id.is_(None), Customer.erased_at.is_(None))
    .order_by(Customer.id.desc())
)
