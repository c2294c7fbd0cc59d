"""Closes payment sessions, so that their payer cannot begin to pay."""

from uuid import UUID

from sqlalchemy import select

from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import PaymentSession
from app.core.transaction import Transaction


def close_session(open_order: OpenOrder) -> UUID | None:
    """Close the open session of an order after the commit; return the attempt that does it.

    Return None if no session is open, or if it is being closed already. The session ends when the provider has
    confirmed that no payer can pay any more, or that one has paid.
    """
    tx, session = open_order.tx, open_order.open_session
    if session is None or live_attempts(tx, session.id, "close"):
        return None
    request = AttemptRequest("close", session.amount, session_id=session.id)
    return begin_attempt(tx, open_order.order, request)


def close_refused(tx: Transaction, session_id: UUID) -> None:
    """Close a session whose saved card the bank refused: the payer must not confirm it any more."""
    order_id = select(PaymentSession.order_id).where(PaymentSession.id == session_id)
    open_order = locking.load_by_id(tx, tx.session.scalars(order_id).one())
    if open_order.open_session is not None and open_order.open_session.id == session_id:
        close_session(open_order)
