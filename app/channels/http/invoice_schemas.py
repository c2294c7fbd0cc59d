"""Schemas of invoices and credit notes that several channels use."""

from dataclasses import asdict
from typing import Any

from flask import Response, current_app
from marshmallow import Schema, fields, post_load, validate

from app.channels.http.fields import COUNTRY, Code, Line, Lines
from app.channels.http.quotes import Minor
from app.core.invoicing.models import KINDS, LANGUAGES
from app.core.invoicing.queries import IssuedDocument
from app.core.orders.billing import BillTo


class InvoicePartySchema(Schema):
    """The seller or the buyer on an invoice."""

    name = Line(
        required=True,
        validate=validate.Length(1, 200),
        metadata={"example": "Analytical Engines Ltd"},
    )
    address = Lines(
        required=True,
        validate=validate.Length(1, 500),
        metadata={"description": "Its lines, without the country"},
    )
    country = Code(required=True, validate=COUNTRY)


class BillingDetailsSchema(InvoicePartySchema):
    vat_number = Code(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=32),
        metadata={"description": "Of a business; checked by its country's rules"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> BillTo:
        return BillTo(**data)


class DocumentPartySchema(Schema):
    name = fields.String(
        required=True, allow_none=True, metadata={"example": "Analytical Engines Ltd"}
    )
    address = fields.String(required=True, allow_none=True)
    country = fields.String(required=True, allow_none=True)
    vat_number = fields.String(required=True, allow_none=True)


class Rate(fields.Integer):
    def __init__(self) -> None:
        payload = "Ten-thousandths of a percent: 200000 is 20 %; null: outside the scope of VAT"
        super().__init__(
            required=True, allow_none=True, metadata={"description": payload, "example": 2000}
        )


class InvoicedTaxSchema(Schema):
    name = fields.String(required=True, metadata={"example": "QST"})
    rate = fields.Integer(
        required=True,
        metadata={
            "description": "Ten-thousandths of a percent: 99750 is 9.975 %",
            "example": 99_750,
        },
    )
    amount = Minor(required=True)


class DocumentLineSchema(Schema):
    sku = fields.String(required=True)
    title = fields.String(required=True)
    quantity = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "null: an amount is credited, and not units"},
    )
    unit_price = Minor(
        required=True, allow_none=True, metadata={"description": "As shown, before promotions"}
    )
    unit_net = Minor(
        required=True,
        allow_none=True,
        metadata={"description": "Without tax, promotions taken off; rounded"},
    )
    rate = Rate()
    net = Minor(required=True)
    tax = Minor(required=True)
    taxes = fields.List(
        fields.Nested(InvoicedTaxSchema),
        metadata={
            "description": "Of a line with several taxes: each of them. `rate` and `tax` are their sums"
        },
    )


class DocumentTaxSchema(Schema):
    name = fields.String(
        metadata={"description": "Of the tax, if lines have several", "example": "GST"}
    )
    rate = Rate()
    net = Minor(required=True)
    tax = Minor(required=True)


class DocumentSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(KINDS),
        metadata={"description": "invoice or credit_note"},
    )
    form = fields.String(
        required=True,
        metadata={"description": "full; simplified where the buyer's address is unknown"},
    )
    number = fields.String(required=True, metadata={"example": "INV-1001"})
    legal_entity = fields.String(
        required=True,
        metadata={"description": "Code of the legal entity"},
    )
    order = fields.String(required=True)
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    currency = fields.String(required=True)
    issued_on = fields.String(required=True, metadata={"format": "date"})
    supplied_on = fields.String(required=True, metadata={"format": "date"})
    issued_at = fields.AwareDateTime(required=True)
    seller = fields.Nested(DocumentPartySchema, required=True)
    buyer = fields.Nested(DocumentPartySchema, required=True)
    invoice = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "What a credit note corrects: {number, issued_on}"},
    )
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of a credit note: refund, or cancelled"},
    )
    tax_included = fields.Boolean(
        required=True, metadata={"description": "Whether unit_price is with tax"}
    )
    lines = fields.List(fields.Nested(DocumentLineSchema), required=True)
    taxes = fields.List(fields.Nested(DocumentTaxSchema), required=True)
    net = Minor(required=True)
    tax = Minor(required=True)
    total = Minor(
        required=True, metadata={"description": "Never negative: a credit note takes it back"}
    )

    def get_attribute(self, obj: IssuedDocument, attr: str, default: Any) -> Any:
        """Read a column of the document, or else its content."""
        return getattr(obj, attr) if attr in obj._fields else obj.content.get(attr, default)


class DocumentListSchema(Schema):
    items = fields.List(fields.Nested(DocumentSchema), required=True)


class DocumentPageSchema(DocumentListSchema):
    next_cursor = fields.String(required=True, allow_none=True)


def pdf(document: IssuedDocument) -> Response:
    """Return the document as PDF, with the same bytes each time."""
    pages = current_app.extensions["ports"].pdf_renderer.render(
        document.content, asdict(document.buyer)
    )
    headers = {"Content-Disposition": f'inline; filename="{document.id}.pdf"'}
    return Response(pages, mimetype="application/pdf", headers=headers)
