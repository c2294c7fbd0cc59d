"""Legal entities: their details, their stores, and the numbers of their documents."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.invoicing.events import LEGAL_ENTITY_SET, LEGAL_ENTITY_STORE_ASSIGNED
from app.core.invoicing.models import KINDS, DocumentNumber, LegalEntity
from app.core.orders.billing import normalise_vat_number
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetLegalEntity:
    code: str
    name: str
    address: str
    """The lines of the address, without the country."""
    country: str
    """ISO 3166-1, such as GB."""
    vat_number: str | None
    invoice_prefix: str
    credit_note_prefix: str
    language: str


def set_legal_entity(tx: Transaction, command: SetLegalEntity) -> str:
    """Create or change a legal entity; return its code.

    Issued documents stay as they are. Numbers begin with 1 and cannot be set. Raises Invalid if the VAT number is
    not one of the country.
    """
    number = normalise_vat_number(tx, command.country, command.vat_number)
    row = vars(command) | {"vat_number": number}
    query = select(LegalEntity).where(LegalEntity.code == command.code).with_for_update()
    legal_entity = tx.session.scalar(query)
    if legal_entity is None:
        entity_id = tx.insert(LegalEntity, created_at=tx.now, **row)
        for kind in KINDS:
            tx.insert(DocumentNumber, legal_entity_id=entity_id, kind=kind, last=0)
    else:
        for name, value in row.items():
            setattr(legal_entity, name, value)
    tx.record(LEGAL_ENTITY_SET, {"code": command.code, "country": command.country})
    return command.code


@dataclass(frozen=True)
class AssignLocation:
    legal_entity: str
    """The code of the legal entity."""
    location: str
    """The code of the location."""


def assign_location(tx: Transaction, command: AssignLocation) -> str:
    """Make a legal entity the seller in a store from now on; return its code.

    An order that has an invoice keeps its seller. Raises NotFound.
    """
    legal_entity = _by_code(tx.session, command.legal_entity)
    location = tx.session.scalar(
        select(Location).where(Location.code == command.location).with_for_update()
    )
    if location is None:
        raise NotFound(f"There is no location {command.location}. Check its code.")
    location.legal_entity_id = legal_entity.id
    tx.record(
        LEGAL_ENTITY_STORE_ASSIGNED,
        {"code": legal_entity.code, "location": location.code},
        location_id=location.id,
    )
    return legal_entity.code


def seller_at(session: Session, location: Location) -> LegalEntity | None:
    """Return the legal entity of the store, or else the first one, or None if there is none yet."""
    if location.legal_entity_id is not None:
        return session.get_one(LegalEntity, location.legal_entity_id)
    return session.scalar(select(LegalEntity).order_by(LegalEntity.id).limit(1))


def next_number(session: Session, legal_entity_id: UUID, kind: str) -> int:
    """Take the next number of a kind of document.

    Its row stays locked until the commit, so take it last. A failed transaction leaves no gap.
    """
    return session.execute(
        update(DocumentNumber)
        .where(DocumentNumber.legal_entity_id == legal_entity_id, DocumentNumber.kind == kind)
        .values(last=DocumentNumber.last + 1)
        .returning(DocumentNumber.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def _by_code(session: Session, code: str) -> LegalEntity:
    found = session.scalar(select(LegalEntity).where(LegalEntity.code == code))
    if found is None:
        raise NotFound(f"There is no legal entity {code}. Create it first.")
    return found
