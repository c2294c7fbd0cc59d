"""The invoice of an order and its credit notes, for who ordered."""

from uuid import UUID

from flask import Response

from app.channels.http import papers
from app.channels.http.answers import read, show
from app.channels.http.blueprints import Blueprint
from app.channels.http.callers import ORDER, allowed
from app.core.papers import queries

blueprint = Blueprint(
    "invoices", __name__, url_prefix="/api/v1", description="Invoices and credit notes of an order"
)


@blueprint.route("/orders/<number>/documents")
@allowed(ORDER)
@blueprint.operation("listOrderDocuments")
@blueprint.response(200, papers.DocumentListSchema)
def get_documents(number: str) -> Response:
    """Its invoice, some moments after it was collected, and a credit note for each refund."""
    return show({"items": read(queries.of_order, number)}, papers.DocumentListSchema)


@blueprint.route("/orders/<number>/documents/<uuid:document_id>.pdf")
@allowed(ORDER)
@blueprint.operation("getOrderDocumentPdf")
@blueprint.response(200, content_type="application/pdf")
def get_document_pages(number: str, document_id: UUID) -> Response:
    """One of them as PDF."""
    return papers.pdf(read(queries.one, document_id, number))
