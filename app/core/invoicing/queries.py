"""Reads of documents and of legal entities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection, Row
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.invoicing.content import Buyer
from app.core.invoicing.models import Document, DocumentBuyer, LegalEntity
from app.core.model import json_rows
from app.core.orders.models import Fulfilment, Order

Reader = Session | Connection


@dataclass(frozen=True)
class DocumentSearch:
    limit: int
    legal_entity: str | None = None
    """The code of the legal entity."""
    since: datetime | None = None
    until: datetime | None = None
    """The end, exclusive."""
    before: UUID | None = None
    """The last id of the previous page."""


class IssuedDocument(NamedTuple):
    id: UUID
    issued_at: datetime
    legal_entity: str
    """The code of the legal entity."""
    buyer: Buyer
    content: dict[str, Any]
    """As `content.build_content` returned it."""


class LegalEntityRow(NamedTuple):
    code: str
    name: str
    address: str
    country: str
    vat_number: str | None
    invoice_prefix: str
    credit_note_prefix: str
    language: str
    locations: Sequence[str]
    """The codes of the stores that are assigned to it."""


def list_order_documents(reader: Reader, number: str) -> list[IssuedDocument]:
    """Return the documents of an order, oldest first."""
    query = _DOCUMENTS.where(Order.number == number).order_by(Document.id)
    return [_to_document(row) for row in reader.execute(query)]


def list_order_documents_at(reader: Reader, number: str, location_id: UUID) -> list[IssuedDocument]:
    """Return the documents of an order of this store. Raises NotFound."""
    found = list_order_documents(reader, number)
    order = select(Order.id).where(Order.number == number)
    if reader.execute(_at_location(order, location_id)).first() is None:
        raise NotFound("This store has no such order. Check the number.")
    return found


def get_document(
    reader: Reader, document_id: UUID, number: str | None = None, location_id: UUID | None = None
) -> IssuedDocument:
    """Return a document; of this order and store, if they are given. Raises NotFound."""
    query = _DOCUMENTS.where(Document.id == document_id)
    if number is not None:
        query = query.where(Order.number == number)
    found = reader.execute(_at_location(query, location_id)).first()
    if found is None:
        raise NotFound("There is no such document. List the documents of the order.")
    return _to_document(found)


def search_documents(reader: Reader, criteria: DocumentSearch) -> list[IssuedDocument]:
    """Return up to `limit` documents, newest first. Ids are made at the time of issue, so they sort by it."""
    query = _DOCUMENTS.order_by(Document.id.desc()).limit(criteria.limit)
    if criteria.legal_entity is not None:
        seller = select(LegalEntity.id).where(LegalEntity.code == criteria.legal_entity)
        query = query.where(Document.legal_entity_id == seller.scalar_subquery())
    if criteria.since is not None:
        query = query.where(Document.issued_at >= criteria.since)
    if criteria.until is not None:
        query = query.where(Document.issued_at < criteria.until)
    if criteria.before is not None:
        query = query.where(Document.id < criteria.before)
    return [_to_document(row) for row in reader.execute(query)]


def list_legal_entities(reader: Reader) -> list[LegalEntityRow]:
    """Return all legal entities, the first one first."""
    return [
        LegalEntityRow(
            row.code, row.name, row.address, row.country, row.vat_number, row.invoice_prefix,
            row.credit_note_prefix, row.language, [location["code"] for location in row.locations or ()],
        )
        for row in reader.execute(_LEGAL_ENTITIES)
    ]  # fmt: skip


def get_legal_entity(reader: Reader, code: str) -> LegalEntityRow:
    return next(row for row in list_legal_entities(reader) if row.code == code)


def _at_location(query: Select[Any], location_id: UUID | None) -> Select[Any]:
    if location_id is None:
        return query
    fulfilment = select(Fulfilment.id).where(
        Fulfilment.order_id == Order.id, Fulfilment.location_id == location_id
    )
    return query.where(fulfilment.exists())


def _to_document(row: Row[Any]) -> IssuedDocument:
    buyer = Buyer(row.name, row.address, row.country, row.vat_number)
    return IssuedDocument(row.id, row.issued_at, row.legal_entity, buyer, row.content)


_DOCUMENTS = (
    select(
        Document.id, Document.issued_at, Document.content, LegalEntity.code.label("legal_entity"),
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
