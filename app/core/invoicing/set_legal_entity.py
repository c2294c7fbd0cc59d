from dataclasses import dataclass

from sqlalchemy import select

from app.core.invoicing.events import LEGAL_ENTITY_SET
from app.core.invoicing.models import KINDS, LegalEntity
from app.core.orders.billing import normal_vat_number
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetLegalEntity:
    code: str
    name: str
    address: str
    """Its lines, without the country."""
    country: str
    """ISO 3166-1, as GB."""
    vat_number: str | None
    invoice_prefix: str
    credit_note_prefix: str
    language: str


def set_legal_entity(tx: Transaction, command: SetLegalEntity) -> str:
    """Enter a legal entity, or change one; documents that it issued stay as they are. Its numbers begin with 1 and
    are never set. Its code. Raises Invalid for a VAT number that cannot be one of its country."""
    number = normal_vat_number(tx, command.country, command.vat_number)
    row = vars(command) | {"vat_number": number}
    query = select(LegalEntity).where(LegalEntity.code == command.code).with_for_update()
    legal_entity = tx.session.scalar(query)
    if legal_entity is None:
        entity_id = tx.insert("legal_entities", created_at=tx.now, **row)
        for kind in KINDS:
            tx.insert("document_numbers", legal_entity_id=entity_id, kind=kind, last=0)
    else:
        for name, value in row.items():
            setattr(legal_entity, name, value)
    tx.record(LEGAL_ENTITY_SET, {"code": command.code, "country": command.country})
    return command.code
