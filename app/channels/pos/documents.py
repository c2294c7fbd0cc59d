"""Invoices and credit notes at the counter."""

from uuid import UUID

from flask import Response

from app.channels.http import papers
from app.channels.http.answers import read, show
from app.channels.http.blueprints import Blueprint
from app.channels.http.callers import DEVICE, allowed, store
from app.core.papers import queries

blueprint = Blueprint(
    "pos-invoices",
    __name__,
    url_prefix="/api/pos/v1",
    description="Invoices and credit notes at a till",
)


@blueprint.route("/orders/<number>/documents")
@allowed(DEVICE, "orders.see")
@blueprint.operation("listOrderDocuments")
@blueprint.response(200, papers.DocumentListSchema)
def get_documents(number: str) -> Response:
    """Of an order of this store."""
    return show({"items": read(queries.of_order_at, number, store())}, papers.DocumentListSchema)


@blueprint.route("/orders/<number>/documents/<uuid:document_id>.pdf")
@allowed(DEVICE, "orders.see")
@blueprint.operation("getOrderDocumentPdf")
@blueprint.response(200, content_type="application/pdf")
def get_document_pages(number: str, document_id: UUID) -> Response:
    """One of them as PDF, to be printed."""
    return papers.pdf(read(queries.one, document_id, number, store()))
