"""Which legal entity sells in a store, and the numbers that it gives."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.invoicing.models import LegalEntity


def by_code(session: Session, code: str) -> LegalEntity:
    """Raises NotFound."""
    found = session.scalar(select(LegalEntity).where(LegalEntity.code == code))
    if found is None:
        raise NotFound(f"There is no legal entity {code}: enter it first.")
    return found


def seller_at(session: Session, location: Location) -> LegalEntity | None:
    """The store's own, else the first there is; None while there is none."""
    if location.legal_entity_id is not None:
        return session.get_one(LegalEntity, location.legal_entity_id)
    return session.scalar(select(LegalEntity).order_by(LegalEntity.id).limit(1))


def next_number(session: Session, entity_id: UUID, kind: str) -> int:
    """The next one, whose row is locked until the commit: take it last. A transaction that fails gives it back, so
    there are no gaps."""
    number: int = session.execute(_NEXT_NUMBER, {"entity": entity_id, "kind": kind}).scalar_one()
    return number


_NEXT_NUMBER = text("""
    UPDATE document_numbers SET last = last + 1 WHERE legal_entity_id = :entity AND kind = :kind RETURNING last
""")
