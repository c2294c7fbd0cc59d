"""The payments of one order: what they hold, and how much of it can go back."""

from collections.abc import Iterable
from uuid import UUID

from app.core.money import card_step
from app.core.payments.models import Payment
from app.core.payments.refund_plan import Paid


def in_turn(payments: Iterable[Payment]) -> list[Payment]:
    """Sort the payments as stored-value accounts are locked, so that two orders with the same accounts never
    deadlock."""
    return sorted(payments, key=lambda one: str(one.stored_value_account_id or ""))


def authorised(payments: Iterable[Payment]) -> list[Paid]:
    """Return the authorised payments for a plan that releases a part of them."""
    return [
        Paid(one.id, one.authorised, step=_step(one))
        for one in payments
        if one.status == "authorised"
    ]


def captured(payments: Iterable[Payment], declining: Iterable[UUID] = ()) -> list[Paid]:
    """Return the captured payments for a refund plan. Those in `declining` refused a refund."""
    declined = set(declining)
    return [
        Paid(
            one.id,
            one.captured - one.charged_back,
            one.refunded + one.refunding,
            one.id not in declined,
            _step(one),
        )
        for one in payments
        if one.captured > one.charged_back
    ]


def _step(payment: Payment) -> int:
    return card_step(payment.currency) if payment.method == "card" else 1
