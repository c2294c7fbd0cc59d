"""The prices that imported invoices tell of, kept beside those that we know ourselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.catalogue.import_outcome import ImportOutcome, Problem, Tally
from app.core.model import AnyRow
from app.core.order_import.lock import hold_off_imports
from app.core.transaction import Transaction

BATCH = 500
KIND = "price_history.imported"


@dataclass(frozen=True)
class KeepPrices:
    currency: str
    zone: str
    """By whose clock a day begins: a name of the IANA database."""
    after: UUID | None = None
    """The last variant of the batch before."""


@dataclass(frozen=True)
class KeptPrices:
    outcome: ImportOutcome
    last: UUID | None
    """The last variant of this batch; None where there are no more."""


def keep_prices(tx: Transaction, command: KeepPrices) -> KeptPrices:
    """Keep what each of a batch of variants sold for: a row for each day at which it changed.

    A day's price is the one that most of its lines have; of equals the one of most units, then the lower. Only
    what is before our own first price is kept, so that no price in force changes, neither now nor for a time of
    which we know it. A variant without a price of our own gets none, or the last of before would be in force now.
    """
    hold_off_imports(tx.session)
    batch = {
        "currency": command.currency, "after": command.after, "limit": BATCH, "now": tx.now,
    }  # fmt: skip
    variants = tx.session.execute(_VARIANTS, batch).all()
    if not variants:
        return KeptPrices(ImportOutcome({"prices": Tally()}), None)
    found = _changes(tx, command, [row.variant_id for row in variants])
    new = [row for row in found if not row.known]
    _write(tx, command.currency, new)
    kept = Tally(created=len(new), unchanged=len(found) - len(new))
    notes = tuple(_without(row.sku) for row in variants if not row.has_price)
    return KeptPrices(ImportOutcome({"prices": kept}, notes=notes), variants[-1].variant_id)


def _changes(tx: Transaction, command: KeepPrices, variants: list[UUID]) -> Sequence[AnyRow]:
    """variant_id, amount, starts_at, and whether it is known already."""
    of = {"currency": command.currency, "zone": command.zone, "variants": variants, "now": tx.now}
    return tx.session.execute(_CHANGES, of).all()


def _write(tx: Transaction, currency: str, rows: Sequence[Any]) -> None:
    if not rows:
        return
    event_id = tx.record(KIND, {"prices": len(rows)})
    for row in rows:
        tx.insert(
            "prices",
            variant_id=row.variant_id,
            currency=currency,
            min_quantity=1,
            amount=row.amount,
            starts_at=row.starts_at,
            event_id=event_id,
        )


def _without(sku: str) -> Problem:
    cure = (
        "It has no price now, so none of before was kept: give it one, then import this file again."
    )
    return Problem(0, "StockCode", sku, cure)


_VARIANTS = text("""
    SELECT v.id AS variant_id, v.sku, EXISTS (
        SELECT 1 FROM prices p WHERE p.variant_id = v.id AND p.currency = :currency AND p.list_id IS NULL
            AND p.min_quantity = 1 AND p.starts_at <= :now
    ) AS has_price
    FROM variants v
    WHERE (CAST(:after AS uuid) IS NULL OR v.id > :after) AND v.id IN (
        SELECT l.variant_id FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.state = 'imported' AND o.currency = :currency)
    ORDER BY v.id LIMIT :limit
""")
# Our own prices are all that no import of history has written.
_CHANGES = text(f"""
    WITH sold AS (
        SELECT l.variant_id, date_trunc('day', o.placed_at AT TIME ZONE :zone) AS day, l.unit_price AS amount,
               count(*) AS lines, sum(l.quantity) AS units
        FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.state = 'imported' AND o.currency = :currency AND l.unit_price > 0
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
        WHERE e.kind IS DISTINCT FROM '{KIND}' AND p.variant_id = ANY(:variants)
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
