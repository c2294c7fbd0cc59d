"""Schemas of legal entities, and of lists of documents."""

from marshmallow import Schema, ValidationError, fields, validate

from app.channels.http.fields import Code, Pattern
from app.channels.http.invoice_schemas import InvoicePartySchema
from app.channels.http.paging import PageSchema
from app.core.errors import Invalid
from app.core.invoicing.models import LANGUAGES

PREFIX = Pattern("^[A-Za-z0-9/-]{0,12}$", error="Use up to 12 letters, digits, dashes and slashes.")
ENTITY = Pattern(
    "^[a-z0-9][a-z0-9_-]{0,31}$", error="Write it in small letters and digits, such as main."
)


class LegalEntityInputSchema(InvoicePartySchema):
    vat_number = Code(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=32),
        metadata={"description": "As it is written; null where it has none"},
    )
    invoice_prefix = Code(load_default="INV-", validate=PREFIX)
    credit_note_prefix = Code(load_default="CN-", validate=PREFIX)
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class LegalEntitySchema(LegalEntityInputSchema):
    code = fields.String(required=True, metadata={"example": "main"})
    locations = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "Stores that were assigned to it; the first entity has all others"
        },
    )


class LegalEntityListSchema(Schema):
    items = fields.List(fields.Nested(LegalEntitySchema), required=True)


class DocumentSearchSchema(PageSchema):
    legal_entity = Code(
        validate=validate.Length(1, 32),
        metadata={"description": "Code of the legal entity"},
    )
    since = fields.AwareDateTime(metadata={"description": "Issued then or later"})
    until = fields.AwareDateTime(metadata={"description": "Issued before then"})


def entity_code(code: str) -> str:
    """Return the code of a legal entity in a path. Raises Invalid."""
    try:
        return str(ENTITY(code))
    except ValidationError as error:
        raise Invalid("This cannot be the code of a legal entity.", code=error.messages) from None
