"""Attempts: the calls to the payment provider that follow a commit, recorded with their reason."""

from dataclasses import dataclass
from uuid import UUID

from app.core.ids import new_id
from app.core.orders.models import Order
from app.core.payments.models import Attempt
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AttemptRequest:
    """What to ask the provider. It is about a session or about a payment, not both."""

    kind: str
    amount: int
    session_id: UUID | None = None
    payment_id: UUID | None = None
    refund_id: UUID | None = None


def begin_attempt(tx: Transaction, order: Order, request: AttemptRequest) -> UUID:
    """Record an attempt, and call the provider after the commit; return the attempt's id.

    If the process dies in between, the reconciler makes the call.
    """
    attempt_id = tx.insert(
        Attempt,
        id=new_id(), session_id=request.session_id, payment_id=request.payment_id, order_id=order.id,
        refund_id=request.refund_id, kind=request.kind, amount=request.amount, status="live", tries=0,
        created_at=tx.now, last_called_at=tx.now,
    )  # fmt: skip
    tx.after_commit("call_provider", attempt_id)
    return attempt_id
