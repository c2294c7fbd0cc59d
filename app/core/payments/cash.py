"""Cash over the counter: tendered, change, and the events that say what was taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Invalid
from app.core.money import format_minor
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CashPayment:
    amount: int
    """What it pays of the order, minor units."""
    tendered: int
    """What was handed over, minor units."""

    @property
    def change(self) -> int:
        return self.tendered - self.amount


def check(payments: Sequence[CashPayment], due: int, currency: str) -> int:
    """The sum of the payments, which must be exactly `due`. Raises Invalid."""
    for payment in payments:
        if payment.tendered < payment.amount:
            raise Invalid(
                f"{format_minor(payment.tendered, currency)} does not cover "
                f"{format_minor(payment.amount, currency)}: ask for the rest.",
                payments=["tendered is less than amount"],
            )
    paid = sum(payment.amount for payment in payments)
    if paid != due:
        raise Invalid(
            f"{format_minor(due, currency)} is due and the payments come to {format_minor(paid, currency)}: "
            "correct their amounts.",
            payments=[f"their amounts must add up to {due}"],
            due=due,
        )
    return paid


def take(
    tx: Transaction,
    order_id: UUID,
    currency: str,
    payments: Sequence[CashPayment],
    location_id: UUID,
    event_id: UUID,
) -> None:
    """Write the tenders and their captures."""
    for payment in payments:
        payment_id = tx.insert(
            "payments",
            order_id=order_id, method="cash", amount=payment.amount, tendered=payment.tendered,
            currency=currency, location_id=location_id, device_id=tx.actor.device_id, created_at=tx.now,
        )  # fmt: skip
        tx.insert(
            "payment_events",
            payment_id=payment_id, order_id=order_id, kind="capture", amount=payment.amount,
            event_id=event_id, occurred_at=tx.now,
        )  # fmt: skip
