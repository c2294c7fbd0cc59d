"""Reads of documents and of who issues them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.invoicing.models import Document, DocumentBuyer, LegalEntity
from app.core.model import json_rows
from app.core.orders.models import Fulfilment, Order

Reader = Session | Connection


@dataclass(frozen=True)
class DocumentSearch:
    limit: int
    legal_entity: str | None = None
    """Its code."""
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
    before: UUID | None = None
    """The last of the page before."""


def list_order_documents(reader: Reader, number: str) -> list[dict[str, Any]]:
    """An order's documents, oldest first."""
    query = _DOCUMENTS.where(Order.number == number).order_by(Document.id)
    return [_to_document(row) for row in reader.execute(query).mappings()]


def list_order_documents_at(reader: Reader, number: str, location_id: UUID) -> list[dict[str, Any]]:
    """The same for staff of its store. Raises NotFound."""
    found = list_order_documents(reader, number)
    here = select(Order.id).where(Order.number == number)
    if reader.execute(_at_location(here, location_id)).first() is None:
        raise NotFound("There is no such order here: check the number.")
    return found


def get_document(
    reader: Reader, document_id: UUID, number: str | None = None, location_id: UUID | None = None
) -> dict[str, Any]:
    """A document; of that order where one is named. Raises NotFound."""
    query = _DOCUMENTS.where(Document.id == document_id)
    if number is not None:
        query = query.where(Order.number == number)
    found = reader.execute(_at_location(query, location_id)).mappings().first()
    if found is None:
        raise NotFound("There is no such document here: list those of the order.")
    return _to_document(found)


def search_documents(reader: Reader, criteria: DocumentSearch) -> list[dict[str, Any]]:
    """Up to so many, the newest first. Ids are made when they are issued, so that they sort by that."""
    query = _DOCUMENTS.order_by(Document.id.desc()).limit(criteria.limit)
    if criteria.legal_entity is not None:
        entity = (
            select(LegalEntity.id)
            .where(LegalEntity.code == criteria.legal_entity)
            .scalar_subquery()
        )
        query = query.where(Document.legal_entity_id == entity)
    if criteria.since is not None:
        query = query.where(Document.issued_at >= criteria.since)
    if criteria.until is not None:
        query = query.where(Document.issued_at < criteria.until)
    if criteria.before is not None:
        query = query.where(Document.id < criteria.before)
    return [_to_document(row) for row in reader.execute(query).mappings()]


def list_legal_entities(reader: Reader) -> list[dict[str, Any]]:
    """All there are, the first one first, each with the codes of the stores that are its own by name."""
    return [
        {**row, "locations": [one["code"] for one in row["locations"] or ()]}
        for row in reader.execute(_LEGAL_ENTITIES).mappings()
    ]


def get_legal_entity(reader: Reader, code: str) -> dict[str, Any]:
    return next(one for one in list_legal_entities(reader) if one["code"] == code)


def _at_location(query: Select[Any], location_id: UUID | None) -> Select[Any]:
    if location_id is None:
        return query
    here = select(Fulfilment.id).where(
        Fulfilment.order_id == Order.id, Fulfilment.location_id == location_id
    )
    return query.where(here.exists())


def _to_document(row: RowMapping) -> dict[str, Any]:
    """What the document says, and who bought."""
    buyer = {name: row[name] for name in ("name", "address", "country", "vat_number")}
    return {
        **row["content"], "id": row["id"], "issued_at": row["issued_at"],
        "entity": row["entity"], "buyer": buyer, "content": row["content"],
    }  # fmt: skip


_DOCUMENTS = (
    select(
        Document.id, Document.issued_at, Document.content, LegalEntity.code.label("entity"),
        DocumentBuyer.name, DocumentBuyer.address, DocumentBuyer.country, DocumentBuyer.vat_number,
    )
    .join(Order, Order.id == Document.order_id)
    .join(LegalEntity, LegalEntity.id == Document.legal_entity_id)
    .outerjoin(DocumentBuyer, DocumentBuyer.document_id == Document.id)
)  # fmt: skip
_LEGAL_ENTITIES = select(
    LegalEntity.code, LegalEntity.name, LegalEntity.address, LegalEntity.country,
    LegalEntity.vat_number, LegalEntity.invoice_prefix, LegalEntity.credit_note_prefix,
    LegalEntity.language,
    select(json_rows(Location.code, code=Location.code))
    .where(Location.legal_entity_id == LegalEntity.id)
    .correlate(LegalEntity)
    .scalar_subquery()
    .label("locations"),
).order_by(LegalEntity.id)  # fmt: skip
