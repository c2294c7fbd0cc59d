"""What of an amount goes to which tender: back to where it came from, by cumulative shares. Pure.

After each refund, every tender has got back its share of all that was refunded so far, rounded once. So the parts
of many refunds add up to what each tender paid, whatever their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.money import share_of_first


@dataclass(frozen=True)
class Paid:
    """A tender, and what of it went back already. Minor units."""

    payment_id: UUID
    paid: int
    returned: int = 0
    """What went back, or is on its way."""
    takes_back: bool = True
    """False once the provider declined a refund to it: what went back stays, the rest goes elsewhere."""

    @property
    def rest(self) -> int:
        """Never less than nothing, though a bank may have taken what had gone back already."""
        return max(self.paid - self.returned, 0) if self.takes_back else 0


def plan(tenders: Sequence[Paid], amount: int) -> dict[UUID, int]:
    """The part of each tender that gets one, in the order of the tenders.

    Each gets what brings it to its share of everything returned with this refund, never more than its rest; what
    it cannot take goes to the next, and what the last ones cannot take to whichever has room. Raises ValueError
    where the tenders together have less room than the amount.
    """
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
