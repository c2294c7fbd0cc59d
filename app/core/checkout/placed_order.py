"""An order that is just being placed, before and after it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.core.model import AnyRow
from app.core.orders import pickup
from app.core.payments.checkout_tenders import Part
from app.core.pricing.engine.quote import Quote, QuoteLine

CARD_TIME_LIMIT = timedelta(minutes=30)
"""How long the goods of an order wait for its card."""


@dataclass(frozen=True)
class OrderedLine:
    """What the order takes from the store: a line of the cart, or a gift."""

    variant_id: UUID
    sku: str
    title: str
    barcode: str | None
    available: int
    figures: QuoteLine

    @property
    def quantity(self) -> int:
        return self.figures.quantity


@dataclass(frozen=True)
class PlacedOrder:
    id: UUID
    number: str
    token: str
    pickup_code: str
    quote: Quote
    location: AnyRow
    lines: Sequence[OrderedLine]
    promise: pickup.Promise
    placed_at: datetime
    tender_shares: Sequence[Part]
    """What is set aside of gift cards and store credit."""
    by_card: bool

    @property
    def currency(self) -> str:
        return self.quote.currency

    @property
    def amount_outstanding(self) -> int:
        """What is not set aside, minor units."""
        return self.quote.total - sum(part.most for part in self.tender_shares)

    @property
    def status(self) -> str:
        return "unpaid" if self.by_card and self.amount_outstanding else "placed"

    @property
    def pay_by(self) -> datetime | None:
        return self.placed_at + CARD_TIME_LIMIT if self.status == "unpaid" else None
