"""Import prices of all lists from a merchant's file."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.bulk_timeouts import use_bulk_timeouts
from app.core.catalogue.import_outcome import ImportOutcome, PriceMoveSummary, Tally
from app.core.pricing.events import PRICES_IMPORTED
from app.core.pricing.price_changes import PriceChanges
from app.core.pricing.price_input import NewPrice
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ImportPrices:
    currency: str
    prices: Sequence[NewPrice]
    """Each SKU once for each list, tier and moment."""
    max_move: int | None = None
    """Basis points that a price may move. A row that moves further is refused."""
    dry_run: bool = False
    """Return what would change, and write nothing."""


def import_prices(tx: Transaction, command: ImportPrices) -> ImportOutcome:
    """Let the valid prices start, now or later, and refuse the others."""
    use_bulk_timeouts(tx.session)
    changes = PriceChanges(tx, command.currency, command.max_move)
    changes.compare(command.prices)
    if not command.dry_run:
        changes.write(PRICES_IMPORTED)
    new = sum(move.before is None for move in changes.moves)
    distances = [move.basis_points for move in changes.moves]
    return ImportOutcome(
        {"prices": Tally(new, len(changes.moves) - new, changes.unchanged)},
        tuple(changes.invalid + changes.conflicts),
        price_moves=tuple(changes.moves),
        price_rises=PriceMoveSummary.of([distance for distance in distances if distance > 0]),
        price_falls=PriceMoveSummary.of([-distance for distance in distances if distance < 0]),
    )
