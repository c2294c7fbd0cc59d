"""The tenders of one order: what they hold, and what is left to pay."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.payments.models import Payment
from app.core.payments.refund_plan import Paid


def of(session: Session, order_id: UUID) -> Sequence[Payment]:
    """All of them, locked, in the order in which they were begun. The order must be locked before."""
    found = (
        select(Payment)
        .where(Payment.order_id == order_id)
        .order_by(Payment.created_at, Payment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(found).all()


def in_turn(payments: Iterable[Payment]) -> list[Payment]:
    """In the order in which balances are locked: two orders that use the same ones never wait crosswise."""
    return sorted(payments, key=lambda one: str(one.stored_value_account_id or ""))


def secured(payments: Iterable[Payment]) -> int:
    """What is set aside for the order and not taken yet, minor units."""
    return sum(one.authorised for one in payments if one.status == "authorised")


def held(payments: Iterable[Payment]) -> list[Paid]:
    """What is set aside, as tenders of which some may be let go again."""
    return [Paid(one.id, one.authorised) for one in payments if one.status == "authorised"]


def paid(payments: Iterable[Payment], declining: Iterable[UUID] = ()) -> list[Paid]:
    """What was taken, as tenders to which it may go back. Those in `declining` refused a refund."""
    declined = set(declining)
    return [
        Paid(
            one.id,
            one.captured - one.charged_back,
            one.refunded + one.refunding,
            one.id not in declined,
        )
        for one in payments
        if one.captured > one.charged_back
    ]
