"""Payments at the counter beside the authorised ones: cash, gift cards, store credit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.cash_rounding import CashRounding
from app.core.errors import Conflict, Invalid
from app.core.money import format_minor
from app.core.payments import ledger
from app.core.payments.drawer.shifts import shift_for_cash
from app.core.payments.ledger import Payable
from app.core.payments.stored_value import balance
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CashPayment:
    amount: int
    """What it pays of the order, minor units."""
    tendered: int
    """The cash that the customer handed over, minor units."""


@dataclass(frozen=True)
class StoredValuePayment:
    method: str
    """gift_card or store_credit."""
    stored_value_account_id: UUID
    amount: int


Tender = CashPayment | StoredValuePayment


def round_cash(
    payments: Sequence[Tender], rounding: CashRounding
) -> Iterator[tuple[CashPayment, int]]:
    """Yield each cash payment with its amount in coins. The sum is rounded once, so small ones do not vanish."""
    before = 0
    for payment in payments:
        if isinstance(payment, CashPayment):
            yield payment, payment.amount + rounding.round_part(before, payment.amount)
            before += payment.amount


def change(payments: Sequence[Tender], rounding: CashRounding) -> int:
    """Return the change, minor units."""
    return sum(cash.tendered - coins for cash, coins in round_cash(payments, rounding))


def check(payments: Sequence[Tender], due: int, currency: str, rounding: CashRounding) -> int:
    """Return the sum of the payments, which must be exactly `due`. Raises Invalid."""
    for cash, coins in round_cash(payments, rounding):
        if cash.tendered < coins:
            raise Invalid(
                f"{format_minor(cash.tendered, currency)} does not cover {format_minor(coins, currency)}: "
                "ask for the rest.",
                payments=["tendered is less than amount"],
            )
    paid = sum(payment.amount for payment in payments)
    if paid != due:
        raise Invalid(
            f"{format_minor(due, currency)} is due and the payments come to {format_minor(paid, currency)}: "
            "correct their amounts.",
            payments=[f"their amounts must add up to {due}"],
            amount_outstanding=due,
        )
    return paid


def collect(
    tx: Transaction,
    order: Payable,
    payments: Sequence[Tender],
    location_id: UUID,
    event_id: UUID,
    rounding: CashRounding,
) -> None:
    """Insert the payments with their captures. Accounts come last, sorted, because other orders wait for them.

    Raises Conflict (insufficient_balance).
    """
    coins = [coins for _, coins in round_cash(payments, rounding)]
    for payment in sorted(payments, key=_balances_last):
        here: dict[str, Any] = {
            "location_id": location_id,
            "device_id": tx.actor.device_id,
            "authorised": payment.amount,
            "captured": payment.amount,
        }
        if isinstance(payment, CashPayment):
            shift_id = shift_for_cash(tx, order.currency)
            rounded = coins.pop(0) - payment.amount
            here |= {"tendered": payment.tendered, "shift_id": shift_id}
            paid_by = ledger.insert_payment(tx, order, "cash", "captured", payment.amount, **here)
            facts: dict[str, Any] = {"shift_id": shift_id, "rounding": rounded}
        else:
            here |= {"stored_value_account_id": payment.stored_value_account_id}
            paid_by = ledger.insert_payment(
                tx, order, payment.method, "captured", payment.amount, **here
            )
            if not balance.debit(
                tx, payment.stored_value_account_id, payment.amount, paid_by, event_id
            ):
                raise insufficient_balance(payment.method)
            facts = {}
        ledger.record_event(tx, order, paid_by, "capture", payment.amount, event_id, **facts)


def _balances_last(payment: Tender) -> tuple[bool, str]:
    is_balance = isinstance(payment, StoredValuePayment)
    return is_balance, str(payment.stored_value_account_id) if isinstance(
        payment, StoredValuePayment
    ) else ""


def insufficient_balance(method: str) -> Conflict:
    name = method.replace("_", " ")
    return Conflict(
        f"The {name} no longer holds this amount. Check its balance and pay the rest by another method.",
        code="insufficient_balance",
    )
