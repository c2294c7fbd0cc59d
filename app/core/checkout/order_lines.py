"""The lines of an order that is being placed, and their stock: refuse what is short, reserve the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.carts.cart_view import full_title
from app.core.carts.pricing_facts import CartFacts
from app.core.checkout.insufficient_stock import Store, insufficient_stock
from app.core.errors import Conflict
from app.core.inventory import stock
from app.core.inventory.stock import WantedStock
from app.core.pricing.engine.quote import Quote, QuoteLine


@dataclass(frozen=True)
class OrderedLine:
    """A line of the cart, or a gift."""

    variant_id: UUID
    sku: str
    title: str
    barcode: str | None
    tax_category: str
    available: int
    """Units that were available at the store when the cart was read."""
    figures: QuoteLine

    @property
    def quantity(self) -> int:
        return self.figures.quantity


def ordered_lines(facts: CartFacts, quote: Quote) -> list[OrderedLine]:
    """Pair the cart's lines and gifts with their figures, by SKU, because the database may sort in another way.

    Raises Conflict (product_unavailable) for a gift of a signed quote that was withdrawn since.
    """
    rows = {row.sku: row for row in (*facts.gifts, *facts.lines) if row.available_for_sale}
    if withdrawn := [figures.sku for figures in quote.lines if figures.sku not in rows]:
        raise Conflict(
            f"The gift {', '.join(withdrawn)} is no longer sold: send the order without the quote.",
            code="product_unavailable",
            skus=withdrawn,
        )
    return [
        OrderedLine(
            row.variant_id,
            row.sku,
            full_title(row.title, row.options),
            row.barcode,
            row.tax_category,
            row.available or 0,
            figures,
        )
        for figures in quote.lines
        for row in (rows[figures.sku],)
    ]


def refuse_short(session: Session, store: Store, lines: Sequence[OrderedLine]) -> None:
    """Raise InsufficientStock if stock was short already when the cart was read. Takes no lock, so that losing
    checkouts do not wait for the row lock."""
    if any(line.available < line.quantity for line in lines):
        raise insufficient_stock(session, store, lines)


def reserve(session: Session, store: Store, lines: Sequence[OrderedLine]) -> None:
    """Reserve the stock of all lines at the store. Raises InsufficientStock, after a roll-back."""
    wanted = [WantedStock(store.location_id, line.variant_id, line.quantity) for line in lines]
    if not stock.reserve(session, wanted):
        # Without it the error would count the half of our own reservation as sold.
        session.rollback()
        raise insufficient_stock(session, store, lines)
