"""Invoices and credit notes at the counter."""

from uuid import UUID

from flask import Response

from app.channels.http import invoice_schemas
from app.channels.http.blueprints import Blueprint
from app.channels.http.guards import DEVICE, allowed, store
from app.channels.http.responses import json_response, read
from app.core.invoicing import queries

blueprint = Blueprint(
    "pos-invoices",
    __name__,
    url_prefix="/api/pos/v1",
    description="Invoices and credit notes at a till",
)


@blueprint.route("/orders/<number>/documents")
@allowed(DEVICE, "orders.see")
@blueprint.operation("listOrderDocuments")
@blueprint.response(200, invoice_schemas.DocumentListSchema)
def get_documents(number: str) -> Response:
    """List the documents of an order of this store."""
    return json_response(
        {"items": read(queries.list_order_documents_at, number, store())},
        invoice_schemas.DocumentListSchema,
    )


@blueprint.route("/orders/<number>/documents/<uuid:document_id>.pdf")
@allowed(DEVICE, "orders.see")
@blueprint.operation("getOrderDocumentPdf")
@blueprint.response(200, content_type="application/pdf")
def get_document_pages(number: str, document_id: UUID) -> Response:
    """Return a document as PDF, for printing."""
    return invoice_schemas.pdf(read(queries.get_document, document_id, number, store()))
