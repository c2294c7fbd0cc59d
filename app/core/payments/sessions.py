"""Payment sessions: how one ends, and what a payer sees of it."""

from datetime import datetime

from app.core.payments.kinds import PAYMENT_SESSION
from app.core.payments.models import Payment, PaymentSession
from app.core.provider import ProviderPayment


def end_session(
    session: PaymentSession, status: str, now: datetime, failure_code: str | None = None
) -> None:
    """End a locked session. Only money ends one that has ended already: it completes it."""
    if session.status != "open" and status != "completed":
        return
    session.status = PAYMENT_SESSION.move(session.status, status)
    session.failure_code = failure_code or session.failure_code
    session.url = None
    session.ended_at = now


def progress(session: PaymentSession, payment: Payment | None) -> str:
    """Return the status of the payment, or that of its session as long as there is no payment."""
    return session.status if payment is None else payment.status


def is_foreign(session: PaymentSession, seen: ProviderPayment) -> bool:
    """Return True if it is not the payment that the session requests: it has another amount or currency, or it is
    a second payment for it."""
    return (seen.amount, seen.currency) != (session.amount, session.currency) or (
        session.provider_id not in (None, seen.id)
    )
