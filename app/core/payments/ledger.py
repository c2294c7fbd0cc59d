"""Writes payments and their events, and keeps each payment's sums equal to its events."""

from typing import Any, Protocol
from uuid import UUID

from app.core.payments.events import BY_KIND
from app.core.payments.kinds import PAID_EFFECT
from app.core.payments.models import Payment, PaymentEvent
from app.core.transaction import Transaction

SUMS = {
    "authorise": ("authorised", 1),
    "capture": ("captured", 1),
    "refund": ("refunded", 1),
    "refund_reversed": ("refunded", -1),
    "chargeback": ("charged_back", 1),
    "chargeback_reversed": ("charged_back", -1),
}
"""The sum of a payment that each kind of event adds to."""


class Payable(Protocol):
    """An order, or an order that is being placed."""

    @property
    def id(self) -> UUID: ...

    @property
    def currency(self) -> str: ...


def insert_payment(
    tx: Transaction, order: Payable, method: str, status: str, amount: int, **different: Any
) -> UUID:
    """Insert a payment by cash or stored value and return its id. `different` gives the sums."""
    row = {
        "captured": 0, "refunded": 0, "refunding": 0, "charged_back": 0, "tendered": None,
        "stored_value_account_id": None, "shift_id": None, "location_id": None, "device_id": None,
    } | different  # fmt: skip
    return tx.insert(
        Payment,
        order_id=order.id, method=method, status=status, amount=amount, currency=order.currency,
        created_at=tx.now, **row,
    )  # fmt: skip


def record_event(
    tx: Transaction,
    order: Payable,
    payment_id: UUID,
    kind: str,
    amount: int,
    event_id: UUID,
    **different: Any,
) -> None:
    """Insert a payment event. `provider_reference` tells it from others of its kind; `rounding` is for cash."""
    row = {
        "provider_reference": "",
        "rounding": 0,
        "refund_id": None,
        "shift_id": None,
        "refund_method": None,
    } | different
    tx.insert(
        PaymentEvent,
        payment_id=payment_id, order_id=order.id, kind=kind, amount=amount, event_id=event_id,
        occurred_at=tx.now, **row,
    )  # fmt: skip


def record_own_event(
    tx: Transaction, order: Payable, payment: Payment, kind: str, amount: int
) -> UUID:
    """Record the order's event of a payment fact that no other event brought; return its id."""
    payload = {"payment_id": str(payment.id), "method": payment.method, "amount": amount}
    return tx.record(BY_KIND[kind], payload, order_id=order.id)


def record(
    tx: Transaction,
    order: Payable,
    payment: Payment,
    kind: str,
    amount: int,
    event_id: UUID | None = None,
    **different: Any,
) -> int:
    """Record a fact about a locked payment and update its sums.

    Return by how much the order's paid amount changes. Without `event_id` the fact gets an event of its own.
    """
    event_id = event_id or record_own_event(tx, order, payment, kind, amount)
    record_event(tx, order, payment.id, kind, amount, event_id, **different)
    if kind in SUMS:
        name, sign = SUMS[kind]
        setattr(payment, name, getattr(payment, name) + sign * amount)
    return PAID_EFFECT.get(kind, 0) * amount
