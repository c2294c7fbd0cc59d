"""Legal entities, and their invoices and credit notes."""

from typing import Any
from uuid import UUID

from flask import Response

from app.channels.admin import legal_entity_schemas as schemas
from app.channels.http import invoice_schemas, paging
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import MERCHANT, allowed
from app.channels.http.responses import json_response, perform, read
from app.core.invoicing import queries
from app.core.invoicing.legal_entities import (
    AssignLocation,
    SetLegalEntity,
    assign_location,
    set_legal_entity,
)
from app.core.invoicing.queries import DocumentSearch

blueprint = Blueprint(
    "admin-invoices",
    __name__,
    url_prefix="/api/admin/v1",
    description="Invoices, credit notes and legal entities",
)


@blueprint.route("/legal-entities")
@allowed(MERCHANT, "invoices.see")
@blueprint.operation("listLegalEntities")
@blueprint.response(200, schemas.LegalEntityListSchema)
def list_entities() -> Response:
    """List the legal entities. The first one sells in every store that is not assigned to another."""
    return json_response(
        {"items": read(queries.list_legal_entities)}, schemas.LegalEntityListSchema
    )


@blueprint.route("/legal-entities/<code>", methods=["PUT"])
@allowed(MERCHANT, "invoices.change")
@blueprint.operation("setLegalEntity")
@blueprint.arguments(schemas.LegalEntityInputSchema)
@blueprint.response(200, schemas.LegalEntitySchema)
def put_entity(body: dict[str, Any], code: str) -> Response:
    """Enter or change a legal entity. Invoices are issued once there is one; issued documents stay as they are."""
    command = SetLegalEntity(schemas.entity_code(code), **body)
    return perform(
        set_legal_entity, command, schemas.LegalEntitySchema, present=queries.get_legal_entity
    )


@blueprint.route("/legal-entities/<code>/locations/<location>", methods=["PUT"])
@allowed(MERCHANT, "invoices.change")
@blueprint.operation("assignLocationToLegalEntity")
@blueprint.also_returns(404)
@blueprint.response(200, schemas.LegalEntitySchema)
def put_store(code: str, location: str) -> Response:
    """Assign a store to a legal entity from now on."""
    command = AssignLocation(code, location)
    return perform(
        assign_location, command, schemas.LegalEntitySchema, present=queries.get_legal_entity
    )


@blueprint.route("/documents")
@allowed(MERCHANT, "invoices.see")
@blueprint.operation("listDocuments")
@blueprint.arguments(schemas.DocumentSearchSchema, location="query")
@blueprint.response(200, invoice_schemas.DocumentPageSchema)
def list_documents(query: dict[str, Any]) -> Response:
    """List all issued documents, newest first."""
    before = paging.decode(query.pop("cursor", None), UUID)
    limit = query.pop("limit")
    found = read(
        queries.search_documents, DocumentSearch(limit + 1, before=before and before[0], **query)
    )
    return json_response(paging.page(found, limit, "id"), invoice_schemas.DocumentPageSchema)


@blueprint.route("/documents/<uuid:document_id>")
@allowed(MERCHANT, "invoices.see")
@blueprint.operation("getDocument")
@blueprint.response(200, invoice_schemas.DocumentSchema)
def get_document(document_id: UUID) -> Response:
    """Return a document."""
    return json_response(read(queries.get_document, document_id), invoice_schemas.DocumentSchema)


@blueprint.route("/documents/<uuid:document_id>.pdf")
@allowed(MERCHANT, "invoices.see")
@blueprint.operation("getDocumentPdf")
@blueprint.response(200, content_type="application/pdf")
def get_document_pages(document_id: UUID) -> Response:
    """Return a document as PDF."""
    return invoice_schemas.pdf(read(queries.get_document, document_id))
