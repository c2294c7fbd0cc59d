"""Derives past prices from imported invoices, beside the prices that were set here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.catalogue.import_outcome import ImportOutcome, Problem, Tally
from app.core.order_import.events import PRICE_HISTORY_IMPORTED
from app.core.order_import.lock import lock_imports
from app.core.pricing.models import Price
from app.core.transaction import Transaction

BATCH_SIZE = 500


@dataclass(frozen=True)
class ImportPriceHistory:
    currency: str
    zone: str
    """The time zone in which a day begins: a name of the IANA database."""
    after: UUID | None = None
    """The last variant of the previous batch."""


class _PastPrice(NamedTuple):
    variant_id: UUID
    amount: int
    starts_at: datetime
    known: bool
    """Whether an earlier import has written it."""


@dataclass(frozen=True)
class ImportedPrices:
    outcome: ImportOutcome
    last: UUID | None
    """The last variant of this batch; None if there are no more."""


def import_price_history(tx: Transaction, command: ImportPriceHistory) -> ImportedPrices:
    """Write the past prices of a batch of variants: one row for each day when a variant's price changed.

    A day's price is its most frequent line price; ties go to the higher unit count, then to the lower price.
    Write only prices before the first price that was set here, so that no known price changes, now or in the
    past. A variant without a price here gets none, because its last past price would be in force now.
    """
    lock_imports(tx.session)
    batch = {
        "currency": command.currency, "after": command.after, "limit": BATCH_SIZE, "now": tx.now,
    }  # fmt: skip
    variants = tx.session.execute(_VARIANTS, batch).all()
    if not variants:
        return ImportedPrices(ImportOutcome({"prices": Tally()}), None)
    found = _price_changes(tx, command, [row.variant_id for row in variants])
    new = [row for row in found if not row.known]
    _write(tx, command.currency, new)
    tally = Tally(created=len(new), unchanged=len(found) - len(new))
    notes = tuple(_no_price(row.sku) for row in variants if not row.has_price)
    return ImportedPrices(ImportOutcome({"prices": tally}, notes=notes), variants[-1].variant_id)


def _price_changes(
    tx: Transaction, command: ImportPriceHistory, variants: list[UUID]
) -> list[_PastPrice]:
    parameters = {
        "currency": command.currency,
        "zone": command.zone,
        "variants": variants,
        "now": tx.now,
    }
    return [_PastPrice._make(row) for row in tx.session.execute(_PRICE_CHANGES, parameters)]


def _write(tx: Transaction, currency: str, rows: Sequence[_PastPrice]) -> None:
    if not rows:
        return
    event_id = tx.record(PRICE_HISTORY_IMPORTED, {"prices": len(rows)})
    for row in rows:
        tx.insert(
            Price,
            variant_id=row.variant_id,
            currency=currency,
            min_quantity=1,
            amount=row.amount,
            starts_at=row.starts_at,
            event_id=event_id,
        )


def _no_price(sku: str) -> Problem:
    fix = "It has no price now, so no past price was written: set a price, then import this file again."
    return Problem(0, "StockCode", sku, fix)


_VARIANTS = text("""
    SELECT v.id AS variant_id, v.sku, EXISTS (
        SELECT 1 FROM prices p WHERE p.variant_id = v.id AND p.currency = :currency AND p.list_id IS NULL
            AND p.min_quantity = 1 AND p.starts_at <= :now
    ) AS has_price
    FROM variants v
    WHERE (CAST(:after AS uuid) IS NULL OR v.id > :after) AND v.id IN (
        SELECT l.variant_id FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.status = 'imported' AND o.currency = :currency)
    ORDER BY v.id LIMIT :limit
""")
# Own prices are those that no import of past prices has written.
_PRICE_CHANGES = text(f"""
    WITH sold AS (
        SELECT l.variant_id, date_trunc('day', o.placed_at AT TIME ZONE :zone) AS day, l.unit_price AS amount,
               count(*) AS lines, sum(l.quantity) AS units
        FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.status = 'imported' AND o.currency = :currency AND l.unit_price > 0
          AND l.variant_id = ANY(:variants)
        GROUP BY l.variant_id, day, l.unit_price
    ), days AS (
        SELECT DISTINCT ON (variant_id, day) variant_id, day, amount
        FROM sold ORDER BY variant_id, day, lines DESC, units DESC, amount
    ), changes AS (
        SELECT *, lag(amount) OVER (PARTITION BY variant_id ORDER BY day) AS before FROM days
    ), wanted AS (
        SELECT variant_id, amount, day AT TIME ZONE :zone AS starts_at
        FROM changes WHERE amount IS DISTINCT FROM before
    ), own AS (
        SELECT p.variant_id, min(p.starts_at) AS first
        FROM prices p LEFT JOIN events e ON e.id = p.event_id
        WHERE e.kind IS DISTINCT FROM '{PRICE_HISTORY_IMPORTED.name}' AND p.variant_id = ANY(:variants)
          AND p.currency = :currency AND p.list_id IS NULL AND p.min_quantity = 1 AND p.starts_at <= :now
        GROUP BY p.variant_id
    )
    SELECT w.variant_id, w.amount, w.starts_at, p.id IS NOT NULL AS known
    FROM wanted w JOIN own USING (variant_id)
    LEFT JOIN prices p ON p.variant_id = w.variant_id AND p.currency = :currency AND p.list_id IS NULL
        AND p.min_quantity = 1 AND p.starts_at = w.starts_at
    WHERE w.starts_at < own.first
    ORDER BY w.variant_id, w.starts_at
""")  # noqa: S608 - constants of this file
