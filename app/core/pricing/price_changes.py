"""Compares new prices with the stored ones, so that only changes are written.

Rows are never changed. A price that starts now and is in force already changes nothing, and neither does a
scheduled one that is stored already. Another price for the same moment is refused: the correction of a scheduled
price must start later, if only by a second.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.catalogue.codes import unique_codes
from app.core.catalogue.import_outcome import PriceMove, Problem
from app.core.catalogue.models import Variant
from app.core.event_kinds import EventKind
from app.core.pricing.models import Price, PriceList
from app.core.pricing.price_input import NewPrice
from app.core.transaction import Transaction

Series = tuple[UUID | None, UUID, int, str]
"""List, variant, min_quantity, currency: the rows of one series follow each other in time."""


class PriceInForce(NamedTuple):
    """The newest row of a series at a moment."""

    starts_at: datetime
    amount: int | None
    compare_at: int | None


class ListRow(NamedTuple):
    code: str
    id: UUID
    currency: str


class PriceRow(NamedTuple):
    """Columns of `prices`."""

    list_id: UUID | None
    variant_id: UUID
    currency: str
    min_quantity: int
    amount: int | None
    compare_at: int | None
    starts_at: datetime


@dataclass
class PriceChanges:
    tx: Transaction
    base_currency: str
    """Of the base list that a price without a list belongs to."""
    max_move: int | None = None
    """Basis points that a price may move; None means no limit."""
    moves: list[PriceMove] = field(default_factory=list)
    """The changes to write; `rows` are their rows."""
    rows: list[PriceRow] = field(default_factory=list)
    unchanged: int = 0
    invalid: list[Problem] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)
    """Valid prices, but another price starts at the same moment."""

    def compare(self, prices: Sequence[NewPrice]) -> None:
        """Sort the prices into changes, unchanged ones and refused ones.

        1. Lock the variants in one order, so that two transactions with prices of the same variants follow each
           other.
        2. Read the lists, and the price in force when each price starts.
        3. Take the prices in the order in which they start, so that each is compared with the one before it; tiers
           of lists last, because a list applies only if it has a price for one unit.
        """
        variants, lists = _lock_variants(self.tx, prices), _lists(self.tx, prices)
        valid: list[tuple[datetime, Series, NewPrice]] = []
        for price in prices:
            problems = [*price.problems(), *self._unknown(price, variants, lists)]
            self.invalid += problems
            if not problems:
                price_list = lists[price.list] if price.list else None
                currency = (
                    price_list.currency if price_list else price.currency or self.base_currency
                )
                list_id = price_list.id if price_list else None
                series = list_id, variants[price.sku], price.min_quantity, currency
                valid.append((price.starts_at or self.tx.now, series, price))
        valid.sort(key=lambda one: (one[0], one[2].is_tier_of_list))
        wanted = [(one, at) for at, series, _ in valid for one in {series, _unit_series(series)}]
        stored = dict(_in_force(self.tx, wanted))
        added: dict[Series, PriceInForce] = {}

        def in_force(series: Series, at: datetime) -> PriceInForce | None:
            known = [one for one in (stored.get((series, at)), added.get(series)) if one]
            return max(known, key=lambda one: one.starts_at, default=None)

        for at, series, price in valid:
            if not _applies(price, in_force(_unit_series(series), at)):
                self.invalid.append(_without_unit_price(price))
            elif self._accept(price, at, series, in_force(series, at)):
                added[series] = PriceInForce(at, price.amount, price.compare_at)

    def write(self, kind: EventKind) -> None:
        """Write the changes under one event. Raises Conflict (version_conflict)."""
        if not self.rows:
            return
        recorded = [_as_recorded(*pair) for pair in zip(self.moves, self.rows, strict=True)]
        event_id = self.tx.record(kind, {"prices": recorded})
        for row in self.rows:
            self.tx.insert(Price, **row._asdict(), event_id=event_id)
        with unique_codes(self.tx.session):
            self.tx.write()

    def _accept(
        self, price: NewPrice, at: datetime, series: Series, before: PriceInForce | None
    ) -> bool:
        """Return whether the price must be written."""
        same = before is not None and before[1:] == (price.amount, price.compare_at)
        ends_nothing = price.amount is None and (before is None or before.amount is None)
        is_stored = before is not None and before.starts_at == at
        if is_stored and not same:
            self.conflicts.append(_conflict(price, at))
        elif is_stored or (at == self.tx.now and (same or ends_nothing)):
            self.unchanged += 1
        elif at < self.tx.now:
            self.invalid.append(_in_the_past(price, at))
        else:
            return self._add(price, at, series, before.amount if before else None)
        return False

    def _add(self, price: NewPrice, at: datetime, series: Series, before: int | None) -> bool:
        list_id, variant_id, min_quantity, currency = series
        move = PriceMove(price.sku, price.list, min_quantity, before, price.amount, currency, at)
        if self.max_move is not None and abs(move.basis_points) > self.max_move:
            self.invalid.append(_too_far(price, move))
            return False
        self.moves.append(move)
        self.rows.append(
            PriceRow(
                list_id, variant_id, currency, min_quantity, price.amount, price.compare_at, at
            )
        )
        return True

    def _unknown(
        self, price: NewPrice, variants: dict[str, UUID], lists: dict[str, ListRow]
    ) -> Iterator[Problem]:
        if price.sku not in variants:
            yield price.problem("sku", price.sku, "No variant has this SKU: correct it.")
        if price.list and price.list not in lists:
            fix = "There is no such price list: correct the code, or create the list first."
            yield price.problem("list", price.list, fix)
            return
        if not price.list:  # each currency has a base list of its own
            return
        currency = lists[price.list].currency
        if price.currency not in (None, currency):
            fix = f"Price list {price.list} is in {currency}: send the price in it."
            yield price.problem("currency", price.currency, fix)


def _unit_series(series: Series) -> Series:
    """Return the series of the prices for one unit beside it."""
    list_id, variant_id, _, currency = series
    return list_id, variant_id, 1, currency


def _applies(price: NewPrice, unit_price: PriceInForce | None) -> bool:
    """Return whether the price can apply: a list applies only if it has a price for one unit."""
    if price.amount is None or not price.is_tier_of_list:
        return True
    return unit_price is not None and unit_price.amount is not None


def _without_unit_price(price: NewPrice) -> Problem:
    fix = (
        f"Price list {price.list} has no price for one unit at that moment, and applies only with one: "
        "set it as well, if only to the base price."
    )
    return price.problem("min_quantity", price.min_quantity, fix)


def _in_the_past(price: NewPrice, at: datetime) -> Problem:
    fix = "Prices cannot begin in the past, because orders were placed: leave it out to begin now."
    return price.problem("starts_at", at.isoformat(), fix)


def _conflict(price: NewPrice, at: datetime) -> Problem:
    fix = (
        "Another price begins at this moment, and prices are never rewritten: "
        "let this one begin later, if only by a second."
    )
    return price.problem("starts_at", at.isoformat(), fix)


def _too_far(price: NewPrice, move: PriceMove) -> Problem:
    fix = (
        f"It moves from {move.before} to {move.after} minor units, by {move.basis_points / 100:+.1f} %: "
        "correct it, or confirm it with --yes."
    )
    return price.problem("amount", price.amount, fix)


def _as_recorded(move: PriceMove, row: PriceRow) -> dict[str, Any]:
    """Return what the event holds of a change."""
    return {
        "variant_id": row.variant_id, "sku": move.sku, "list": move.list, "min_quantity": move.min_quantity,
        "currency": move.currency, "old_amount": move.before, "amount": move.after,
        "compare_at": row.compare_at, "starts_at": move.starts_at,
    }  # fmt: skip


def _lock_variants(tx: Transaction, prices: Sequence[NewPrice]) -> dict[str, UUID]:
    skus = literal(sorted({price.sku for price in prices}), ARRAY(Text))
    found = tx.session.execute(
        select(Variant.sku, Variant.id)
        .where(Variant.sku == any_(skus))
        .order_by(Variant.id)
        .with_for_update(key_share=True)
    )
    return {row.sku: row.id for row in found}


def _lists(tx: Transaction, prices: Sequence[NewPrice]) -> dict[str, ListRow]:
    codes = {price.list for price in prices if price.list}
    if not codes:
        return {}
    found = tx.session.execute(
        select(PriceList.code, PriceList.id, PriceList.currency).where(
            PriceList.code == any_(literal(sorted(codes), ARRAY(Text)))
        )
    )
    return {row.code: ListRow._make(row) for row in found}


def _in_force(
    tx: Transaction, wanted: Sequence[tuple[Series, datetime]]
) -> Iterator[tuple[tuple[Series, datetime], PriceInForce]]:
    """Yield the newest row of each series that has started at its moment, in one statement."""
    if not wanted:
        return
    lists, variants, quantities, currencies = zip(*(series for series, _ in wanted), strict=True)
    found = tx.session.execute(
        _IN_FORCE,
        {
            "lists": list(lists), "variants": list(variants), "quantities": list(quantities),
            "currencies": list(currencies), "moments": [at for _, at in wanted],
        },
    )  # fmt: skip
    for row in found:
        yield wanted[row.n - 1], PriceInForce(row.starts_at, row.amount, row.compare_at)


# Two branches, because base prices and list prices each have an index of their own.
_IN_FORCE = text("""
    SELECT w.n, p.starts_at, p.amount, p.compare_at
    FROM unnest(CAST(:lists AS uuid[]), CAST(:variants AS uuid[]), CAST(:quantities AS int[]),
            CAST(:currencies AS text[]), CAST(:moments AS timestamptz[]))
        WITH ORDINALITY AS w(list_id, variant_id, min_quantity, currency, at, n)
    CROSS JOIN LATERAL (
        (SELECT b.starts_at, b.amount, b.compare_at FROM prices b
        WHERE w.list_id IS NULL AND b.list_id IS NULL AND b.variant_id = w.variant_id
            AND b.currency = w.currency AND b.min_quantity = w.min_quantity AND b.starts_at <= w.at
        ORDER BY b.starts_at DESC LIMIT 1)
        UNION ALL
        (SELECT l.starts_at, l.amount, l.compare_at FROM prices l
        WHERE l.list_id = w.list_id AND l.variant_id = w.variant_id
            AND l.min_quantity = w.min_quantity AND l.starts_at <= w.at
        ORDER BY l.starts_at DESC LIMIT 1)
    ) p
""")
