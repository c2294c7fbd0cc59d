"""Offers that count units. A unit is counted by one of them only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.core.money import format_minor, spread
from app.core.pricing.engine.benefits.benefit import (
    FULL_DISCOUNT,
    Benefit,
    RowDiscounts,
    ScopeRows,
    format_percentage,
)
from app.core.pricing.engine.cart_row import CartRow, dearest_first
from app.core.pricing.engine.tax import TaxRules


@dataclass(frozen=True)
class BuyGet(Benefit):
    """For every `buy` units of the first scope, `get` units of the second, the cheapest, at `rate` off.

    Only whole sets count, and no unit is both bought and got.
    """

    kind = "buy_get"
    scopes = 2
    term_fields = {"buy": "buy", "get": "get", "rate": "rate"}
    buy: int
    get: int
    rate: int = FULL_DISCOUNT

    def problems(self) -> Iterator[str]:
        if self.buy < 1 or self.get < 1:
            yield "buy and get are numbers of units, 1 or more."
        if not 0 < self.rate <= FULL_DISCOUNT:
            yield "rate is in basis points, from 1 to 10000: free is 10000."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        bought, got = rows
        either = list({row.key: row for row in [*bought, *got]}.values())
        sets = min(
            _units(bought) // self.buy,
            _units(got) // self.get,
            _units(either) // (self.buy + self.get),
        )
        spare = _units(bought) - sets * self.buy
        taken = self._give(bought, got, sets * self.get, spare, rules)
        _claim(bought, sets * self.buy)
        return taken

    def _give(
        self,
        bought: Sequence[CartRow],
        got: Sequence[CartRow],
        left: int,
        spare: int,
        rules: TaxRules,
    ) -> RowDiscounts:
        """Discount the cheapest `left` units; at most `spare` of those that could be bought ones."""
        taken, bought_rows = [], set(bought)
        for row in reversed(dearest_first(got)):
            can_be_bought = row in bought_rows
            units = min(left, row.open_units, spare if can_be_bought else left)
            if units:
                discount = rules.round(row.price_of(units) * self.rate, FULL_DISCOUNT)
                row.allocate(units, discount)
                taken.append((row, discount))
                left -= units
                spare -= units if can_be_bought else 0
        return taken

    def words(self, currency: str) -> str:
        off = "free" if self.rate == FULL_DISCOUNT else f"at {format_percentage(self.rate)} off"
        return f"buy {self.buy}, get {self.get} {off}"


@dataclass(frozen=True)
class CheapestFree(Benefit):
    """Of every `of` units the cheapest is free."""

    kind = "cheapest_free"
    term_fields = {"of": "of"}
    group_size: int

    def problems(self) -> Iterator[str]:
        if self.group_size < 2:
            yield "of is the number of units of which one is free, 2 or more."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        return BuyGet(self.group_size - 1, 1).take((rows[0], rows[0]), rules)

    def words(self, currency: str) -> str:
        return f"the cheapest of {self.group_size} free"


@dataclass(frozen=True)
class Bundle(Benefit):
    """A set, of so many units from each scope, for one price; the dearest first, while one more saves more.

    A line counts for the first scope that it is in.
    """

    kind = "bundle"
    scopes = 0
    term_fields = {"quantities": "quantities", "price": "price"}
    quantities: tuple[int, ...]
    """Units from each of the scopes."""
    price: int

    def problems(self) -> Iterator[str]:
        if not self.quantities or any(units < 1 for units in self.quantities):
            yield "quantities has a number of units, 1 or more, for each scope."
        if self.price < 0:
            yield "price is in minor units, and 0 or more."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        groups = [dearest_first(group) for group in _disjoint(rows)]
        sets = self._best(groups)
        chosen = self._chosen(groups, 0, sets)
        worths = [row.price_of(units) for row, units in chosen]
        parts = spread(max(sum(worths) - sets * self.price, 0), worths)
        for (row, units), part in zip(chosen, parts, strict=True):
            row.allocate(units, part)
        return [(row, part) for (row, _), part in zip(chosen, parts, strict=True)]

    def _best(self, groups: ScopeRows) -> int:
        """The number of sets that saves most. Each further set is of cheaper units, so what it adds only falls."""
        pairs = zip(groups, self.quantities, strict=True)
        low, high = 0, min(_units(group) // units for group, units in pairs)
        while low < high:
            middle = (low + high) // 2
            if self._cost(groups, middle) > self.price:
                low = middle + 1
            else:
                high = middle
        return low

    def _cost(self, groups: ScopeRows, sets: int) -> Fraction:
        """Of the set that comes after so many, exactly."""
        chosen = self._chosen(groups, sets, sets + 1)
        return sum((row.remaining_unit_price * units for row, units in chosen), start=Fraction(0))

    def _chosen(self, groups: ScopeRows, first: int, last: int) -> list[tuple[CartRow, int]]:
        """The units of the sets from `first` to before `last`: in each scope the dearest come first."""
        chosen = []
        for group, each in zip(groups, self.quantities, strict=True):
            skipped, left = first * each, (last - first) * each
            for row in group:
                units = min(left, max(row.open_units - skipped, 0))
                skipped = max(skipped - row.open_units, 0)
                if units:
                    chosen.append((row, units))
                    left -= units
        return chosen

    def words(self, currency: str) -> str:
        return f"{sum(self.quantities)} together for {format_minor(self.price, currency)}"


def _disjoint(rows: ScopeRows) -> list[list[CartRow]]:
    seen: set[CartRow] = set()
    groups = []
    for group in rows:
        groups.append([row for row in group if row not in seen])
        seen.update(group)
    return groups


def _units(rows: Sequence[CartRow]) -> int:
    return sum(row.open_units for row in rows)


def _claim(rows: Sequence[CartRow], units: int) -> None:
    for row in dearest_first(rows):
        taken = min(units, row.open_units)
        row.allocate(taken)
        units -= taken
