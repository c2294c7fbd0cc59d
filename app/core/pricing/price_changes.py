"""Prices to be set, compared with what is there: only what changes something is written.

Rows are never changed. A price that begins now and is in force already, or a scheduled one that stands there
already, changes nothing. Another price for the very same moment is refused: a scheduled one that was wrong is
followed by a right one, which begins later, be it by a second.
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
from app.core.model import AnyRow
from app.core.pricing.models import PriceList
from app.core.pricing.price_input import NewPrice
from app.core.transaction import Transaction

Series = tuple[UUID | None, UUID, int, str]
"""List, variant, min_quantity, currency: rows of one follow each other in time."""


class Held(NamedTuple):
    """The newest row of a series at some moment."""

    starts_at: datetime
    amount: int | None
    compare_at: int | None


@dataclass
class PriceChanges:
    tx: Transaction
    base_currency: str
    """Of the base list that is meant where none is named."""
    max_move: int | None = None
    """Basis points that a price may move; None: as far as it likes."""
    moves: list[PriceMove] = field(default_factory=list)
    """What is to be written, and with it `rows`."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    invalid: list[Problem] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)
    """Right, but another price begins in the same moment."""

    def compare(self, prices: Sequence[NewPrice]) -> None:
        """Sort the prices into those that change something, those that do not, and refused ones.

        1. Lock the variants, in one order, so that two who set prices of the same follow each other.
        2. Read the lists, and what holds when each price begins.
        3. Take the prices in the order in which they begin, so that each is compared with the one before it; tiers
           of lists last, since a list counts only where it has a price for one unit.
        """
        variants, lists = _lock_variants(self.tx, prices), _lists(self.tx, prices)
        good: list[tuple[datetime, Series, NewPrice]] = []
        for price in prices:
            problems = [*price.problems(), *self._unknown(price, variants, lists)]
            self.invalid += problems
            if not problems:
                of = lists[price.list] if price.list else None
                currency = of.currency if of else price.currency or self.base_currency
                series = of.id if of else None, variants[price.sku], price.min_quantity, currency
                good.append((price.starts_at or self.tx.now, series, price))
        good.sort(key=lambda one: (one[0], one[2].is_tier_of_list))
        wanted = [(of, at) for at, series, _ in good for of in {series, _for_one(series)}]
        newest = dict(_held(self.tx, wanted))
        written: dict[Series, Held] = {}

        def held(of: Series, at: datetime) -> Held | None:
            known = [one for one in (newest.get((of, at)), written.get(of)) if one]
            return max(known, key=lambda one: one.starts_at, default=None)

        for at, series, price in good:
            if not _is_used(price, held(_for_one(series), at)):
                self.invalid.append(_for_nothing(price))
            elif self._take(price, at, series, held(series, at)):
                written[series] = Held(at, price.amount, price.compare_at)

    def write(self, kind: EventKind) -> None:
        """Write what changes, under one event. Raises Conflict (version_conflict)."""
        if not self.rows:
            return
        told = [_told(move, row) for move, row in zip(self.moves, self.rows, strict=True)]
        event_id = self.tx.record(kind, {"prices": told})
        for row in self.rows:
            self.tx.insert("prices", **row, event_id=event_id)
        with unique_codes(self.tx.session):
            self.tx.write()

    def _take(self, price: NewPrice, at: datetime, series: Series, before: Held | None) -> bool:
        """Whether it is to be written."""
        same = before is not None and before[1:] == (price.amount, price.compare_at)
        ends_nothing = price.amount is None and (before is None or before.amount is None)
        stands_there = before is not None and before.starts_at == at
        if stands_there and not same:
            self.conflicts.append(_taken(price, at))
        elif stands_there or (at == self.tx.now and (same or ends_nothing)):
            self.unchanged += 1
        elif at < self.tx.now:
            self.invalid.append(_past(price, at))
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
            {
                "list_id": list_id, "variant_id": variant_id, "currency": currency,
                "min_quantity": min_quantity, "amount": price.amount, "compare_at": price.compare_at,
                "starts_at": at,
            }
        )  # fmt: skip
        return True

    def _unknown(
        self, price: NewPrice, variants: dict[str, UUID], lists: dict[str, AnyRow]
    ) -> Iterator[Problem]:
        if price.sku not in variants:
            yield price.problem("sku", price.sku, "No variant has this SKU: correct it.")
        if price.list and price.list not in lists:
            cure = "There is no such price list: correct the code, or create the list first."
            yield price.problem("list", price.list, cure)
            return
        if not price.list:  # each currency has a base list of its own
            return
        currency = lists[price.list].currency
        if price.currency not in (None, currency):
            cure = f"Price list {price.list} is in {currency}: give it in that."
            yield price.problem("currency", price.currency, cure)


def _for_one(series: Series) -> Series:
    """The prices for one unit beside it."""
    list_id, variant_id, _, currency = series
    return list_id, variant_id, 1, currency


def _is_used(price: NewPrice, for_one: Held | None) -> bool:
    """Whether it can be charged: a list counts where it has a price for one unit."""
    if price.amount is None or not price.is_tier_of_list:
        return True
    return for_one is not None and for_one.amount is not None


def _for_nothing(price: NewPrice) -> Problem:
    cure = (
        f"Price list {price.list} has no price for one unit then, and counts only where it has one: "
        "set that as well, be it the base price."
    )
    return price.problem("min_quantity", price.min_quantity, cure)


def _past(price: NewPrice, at: datetime) -> Problem:
    cure = "Prices cannot begin in the past, since orders were placed: leave it out to begin now."
    return price.problem("starts_at", at.isoformat(), cure)


def _taken(price: NewPrice, at: datetime) -> Problem:
    cure = (
        "Another price begins in this very moment, and prices are never rewritten: "
        "let this one begin later, be it by a second."
    )
    return price.problem("starts_at", at.isoformat(), cure)


def _too_far(price: NewPrice, move: PriceMove) -> Problem:
    cure = (
        f"It moves from {move.before} to {move.after} minor units, by {move.basis_points / 100:+.1f} %: "
        "correct it, or confirm it with --yes."
    )
    return price.problem("amount", price.amount, cure)


def _told(move: PriceMove, row: dict[str, Any]) -> dict[str, Any]:
    """What an event tells of it."""
    return {
        "variant_id": row["variant_id"], "sku": move.sku, "list": move.list, "min_quantity": move.min_quantity,
        "currency": move.currency, "old_amount": move.before, "amount": move.after,
        "compare_at": row["compare_at"], "starts_at": move.starts_at,
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


def _lists(tx: Transaction, prices: Sequence[NewPrice]) -> dict[str, AnyRow]:
    codes = {price.list for price in prices if price.list}
    if not codes:
        return {}
    found = tx.session.execute(
        select(PriceList.code, PriceList.id, PriceList.currency).where(
            PriceList.code == any_(literal(sorted(codes), ARRAY(Text)))
        )
    )
    return {row.code: row for row in found}


def _held(
    tx: Transaction, wanted: Sequence[tuple[Series, datetime]]
) -> Iterator[tuple[tuple[Series, datetime], Held]]:
    """The newest row of each series that has started at its moment, in one statement."""
    if not wanted:
        return
    lists, variants, quantities, currencies = zip(*(series for series, _ in wanted), strict=True)
    found = tx.session.execute(
        _HELD,
        {
            "lists": list(lists), "variants": list(variants), "quantities": list(quantities),
            "currencies": list(currencies), "moments": [at for _, at in wanted],
        },
    )  # fmt: skip
    for row in found:
        yield wanted[row.n - 1], Held(row.starts_at, row.amount, row.compare_at)


# Two branches, since each has an index of its own.
_HELD = text("""
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
