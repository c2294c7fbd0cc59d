"""The invoice of an order and its credit notes, for who ordered."""

from uuid import UUID

from flask import Response

from app.channels.http import invoice_schemas
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import ORDER, allowed
from app.channels.http.responses import json_response, read
from app.core.invoicing import queries

blueprint = Blueprint(
    "invoices", __name__, url_prefix="/api/v1", description="Invoices and credit notes of an order"
)


@blueprint.route("/orders/<number>/documents")
@allowed(ORDER)
@blueprint.operation("listOrderDocuments")
@blueprint.response(200, invoice_schemas.DocumentListSchema)
def get_documents(number: str) -> Response:
    """Its invoice, some moments after it was collected, and a credit note for each refund."""
    return json_response(
        {"items": read(queries.list_order_documents, number)}, invoice_schemas.DocumentListSchema
    )


@blueprint.route("/orders/<number>/documents/<uuid:document_id>.pdf")
@allowed(ORDER)
@blueprint.operation("getOrderDocumentPdf")
@blueprint.response(200, content_type="application/pdf")
def get_document_pages(number: str, document_id: UUID) -> Response:
    """Return a document as PDF."""
    return invoice_schemas.pdf(read(queries.get_document, document_id, number))
