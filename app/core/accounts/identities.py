"""Which customer an address belongs to."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.accounts.contact_address import ContactAddress
from app.core.customers.models import Identity


def customer_of(session: Session, who: ContactAddress) -> UUID | None:
    """Whose address it is, shown by a code. She herself, though she may since have been merged into another:
    her password and her sessions are hers, and what she sees goes through `family`."""
    return session.scalar(
        select(Identity.customer_id).where(
            Identity.kind == who.kind,
            Identity.value == who.value,
            Identity.verified_at.is_not(None),
            Identity.ended_at.is_(None),
        )
    )
