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
    step: int = 1
    """Each refund to it is a multiple of these minor units."""

    @property
    def rest(self) -> int:
        """The refundable rest. Never below 0, although a bank may withdraw an amount that was refunded already."""
        return self.in_steps(max(self.paid - self.returned, 0)) if self.takes_back else 0

    def in_steps(self, amount: int) -> int:
        """Return the largest multiple of the step that is at most this."""
        return amount // self.step * self.step


def plan(tenders: Sequence[Paid], amount: int) -> dict[UUID, int]:
    """Return the part of each payment that gets one, in the order of the payments.

    Each part brings its payment to its share of everything refunded so far, this refund included, and never
    exceeds its rest. What a payment cannot take back goes to the next one, then to any that has room. Payments
    with steps come first, so that the others take the odd minor units. Raises ValueError if the payments together
    cannot take back exactly the amount.
    """
    if amount > sum(one.rest for one in tenders):
        raise ValueError(f"{amount} is more than what the tenders can take back")
    paid = sum(one.paid for one in tenders)
    returned = sum(one.returned for one in tenders) + amount
    parts, left = _parts(tenders, amount, paid, returned)
    if left:
        raise ValueError(f"{amount} does not fit the steps of the tenders")
    return {one.payment_id: parts[one.payment_id] for one in tenders if parts[one.payment_id]}


def odd_rest(tenders: Sequence[Paid], amount: int) -> int:
    """Return the minor units of an amount within the room that no payment takes, because all have steps."""
    paid = sum(one.paid for one in tenders)
    return _parts(tenders, amount, paid, sum(one.returned for one in tenders) + amount)[1]


def _parts(
    tenders: Sequence[Paid], amount: int, paid: int, returned: int
) -> tuple[dict[UUID, int], int]:
    """Return the part of each payment, and the rest that none takes."""
    parts: dict[UUID, int] = {}
    left = amount
    ranked = sorted(tenders, key=lambda one: -one.step)
    for one in ranked:
        target = share_of_first(one.paid, paid, returned, one.step) - one.returned
        parts[one.payment_id] = one.in_steps(min(max(target, 0), one.rest, left))
        left -= parts[one.payment_id]
    for one in ranked:
        carried = one.in_steps(min(left, one.rest - parts[one.payment_id]))
        parts[one.payment_id] += carried
        left -= carried
    return parts, left
