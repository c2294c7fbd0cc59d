"""Attempts: what we are going to ask of the provider, noted with what makes it necessary."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.orders.models import Order
from app.core.payments.models import Attempt, Payment
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AttemptRequest:
    """What is wanted of the provider."""

    kind: str
    amount: int
    refund_id: UUID | None = None
    reader: str | None = None


def reader_of(session: Session, payment: Payment) -> str | None:
    """The card reader that asks for it, if one does."""
    if payment.flow != "reader":
        return None
    requested = select(Attempt.reader).where(
        Attempt.payment_id == payment.id, Attempt.kind == "reader"
    )
    return session.scalar(requested.limit(1))


def begin_attempt(tx: Transaction, order: Order, payment_id: UUID, request: AttemptRequest) -> UUID:
    """Note it, and have it carried out as soon as this is committed; its id. The reconciler does it where the
    process dies in between."""
    attempt_id = tx.insert(
        Attempt,
        id=new_id(), payment_id=payment_id, order_id=order.id, refund_id=request.refund_id, kind=request.kind,
        amount=request.amount, reader=request.reader, status="live", tries=0, created_at=tx.now,
        last_called_at=tx.now,
    )  # fmt: skip
    tx.after_commit("call_provider", attempt_id)
    return attempt_id
