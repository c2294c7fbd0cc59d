from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.errors import NotFound
from app.core.inventory import set_on_hand, shortfalls
from app.core.inventory.queries import variant_ids
from app.core.inventory.set_on_hand import CountedStock, CountOutcome
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RecordCount:
    location_id: UUID
    counted: Mapping[str, int]
    """SKU to the units in the store, those on the pick-up shelf included."""


def record_count(tx: Transaction, command: RecordCount) -> CountOutcome:
    """Staff counted: what they counted is so. Raises NotFound for an unknown SKU.

    1. Lock the stock: two counts of one item come one after the other, and the later one knows of all that
       the earlier one left.
    2. What was to be counted is, and what was in doubt about these items no longer counts.
    3. Set what was counted. Where that is in doubt again, it opens a doubt and a task of its own.
    """
    found = variant_ids(tx.session, list(command.counted))
    unknown = [sku for sku in command.counted if sku not in found]
    if unknown:
        raise NotFound(f"There is no item with the SKU {', '.join(unknown)}: scan its label again.")
    counted = [
        CountedStock(command.location_id, found[sku], units)
        for sku, units in command.counted.items()
    ]
    set_on_hand.lock_rows(tx, counted)
    variants = list(found.values())
    tasks.finish_counts(tx, command.location_id, variants)
    shortfalls.close_unresolved_counts(tx.session, command.location_id, variants, tx.now)
    return set_on_hand.set_on_hand(tx, counted, "count", None)
