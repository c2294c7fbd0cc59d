"""The four figures of an order's money. This is the only place that computes them. Pure.

The invariants of the consistency check compute them again in SQL, because a check must not share code with what it
checks.
"""

from dataclasses import dataclass
from typing import Any, Literal

Stage = Literal["open", "collected", "ended"]
"""`open` until the goods are collected; `ended` without a sale."""


def amount_due(total: Any, cancelled: Any, credited: Any, paid: Any) -> Any:
    """Return the unpaid amount of an order. It works on numbers and on columns alike."""
    return total - cancelled - credited - paid


@dataclass(frozen=True)
class Balance:
    """All amounts are in minor units of the order's currency."""

    total: int
    cancelled: int
    credited: int
    paid: int
    """Captures − refunds − chargebacks."""
    authorised: int = 0
    """Authorised and not captured yet."""
    refunding: int = 0
    """Refunds on their way back. They count as gone, because they may arrive when the goods have left."""
    capturing: int = 0
    """Captures under way."""
    stage: Stage = "open"

    @property
    def amount_due(self) -> int:
        due: int = amount_due(self.total, self.cancelled, self.credited, self.paid)
        return due

    @property
    def amount_outstanding(self) -> int:
        """What the payer still has to pay; negative if they paid too much.

        Staff collect this amount, because an authorised card must not be charged twice.
        """
        return self.amount_due + self.refunding - self.authorised

    @property
    def held(self) -> int:
        """The money that is here and not on its way back."""
        return self.paid - self.refunding

    @property
    def refundable(self) -> int:
        """The most that can be refunded. The payments themselves may take less back: see `refund_plan`."""
        return max(self.held, 0)

    @property
    def open_balance(self) -> int:
        """What must still move, beyond what is under way: positive to us, negative to the payer.

        Before the collection the payer has time to pay, so only a surplus must move.
        """
        if self.stage == "ended":
            return -self.held
        unpaid = self.amount_due + self.refunding
        return unpaid - self.capturing if self.stage == "collected" else min(unpaid, 0)
