"""Splits a refund over the payments of an order, by cumulative shares. Pure.

After each refund, every payment has got back its share of all refunds so far, rounded once. So the parts of many
refunds add up to what each payment paid, in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.money import share_of_first


@dataclass(frozen=True)
class Paid:
    """A payment and how much of it has been refunded. Minor units."""

    payment_id: UUID
    paid: int
    returned: int = 0
    """Refunded, or on its way back."""
    takes_back: bool = True
    """False once the provider declined a refund to it: the rest goes to other payments."""

    @property
    def rest(self) -> int:
        """The refundable rest. Never below 0, although a bank may withdraw an amount that was refunded already."""
        return max(self.paid - self.returned, 0) if self.takes_back else 0


def plan(tenders: Sequence[Paid], amount: int) -> dict[UUID, int]:
    """Return the part of each payment that gets one, in the order of the payments.

    Each part brings its payment to its share of everything refunded so far, this refund included, and never
    exceeds its rest. What a payment cannot take back goes to the next one, then to any that has room. Raises
    ValueError if the payments together have less room than the amount."""
    if amount > sum(one.rest for one in tenders):
        raise ValueError(f"{amount} is more than what the tenders can take back")
    paid = sum(one.paid for one in tenders)
    returned = sum(one.returned for one in tenders) + amount
    parts: dict[UUID, int] = {}
    left = amount
    for one in tenders:
        target = share_of_first(one.paid, paid, returned) - one.returned
        parts[one.payment_id] = min(max(target, 0), one.rest, left)
        left -= parts[one.payment_id]
    for one in tenders:
        carried = min(left, one.rest - parts[one.payment_id])
        parts[one.payment_id] += carried
        left -= carried
    return {payment: part for payment, part in parts.items() if part}
