from dataclasses import dataclass

from sqlalchemy import select

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.invoicing import legal_entities
from app.core.invoicing.events import LEGAL_ENTITY_STORE_ASSIGNED
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AssignLocation:
    legal_entity: str
    """Its code."""
    location: str
    """Its code."""


def assign_location(tx: Transaction, command: AssignLocation) -> str:
    """Let a legal entity be who sells in a store from now on; its code. An order that has an invoice keeps its
    seller. Raises NotFound."""
    entity = legal_entities.by_code(tx.session, command.legal_entity)
    location = tx.session.scalar(
        select(Location).where(Location.code == command.location).with_for_update()
    )
    if location is None:
        raise NotFound(f"There is no location {command.location}.")
    location.legal_entity_id = entity.id
    tx.record(
        LEGAL_ENTITY_STORE_ASSIGNED,
        {"code": entity.code, "location": location.code},
        location_id=location.id,
    )
    return entity.code
