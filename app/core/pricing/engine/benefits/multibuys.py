"""Benefits that count units. Only one of them counts a unit."""

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

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        bought, got = rows
        either = list({row.key: row for row in [*bought, *got]}.values())
        sets = min(
            _remaining_units(bought) // self.buy,
            _remaining_units(got) // self.get,
            _remaining_units(either) // (self.buy + self.get),
        )
        spare = _remaining_units(bought) - sets * self.buy
        discounts = self._discount_cheapest(bought, got, sets * self.get, spare, rules)
        _allocate(bought, sets * self.buy)
        return discounts

    def _discount_cheapest(
        self,
        bought: Sequence[CartRow],
        got: Sequence[CartRow],
        count: int,
        spare: int,
        rules: TaxRules,
    ) -> RowDiscounts:
        """Discount the cheapest `count` units, of which at most `spare` may be units that could count as
        bought."""
        discounts, bought_rows = [], set(bought)
        for row in reversed(dearest_first(got)):
            can_be_bought = row in bought_rows
            units = min(count, row.remaining_units, spare if can_be_bought else count)
            if units:
                discount = rules.round(row.price_of(units) * self.rate, FULL_DISCOUNT)
                row.allocate(units, discount)
                discounts.append((row, discount))
                count -= units
                spare -= units if can_be_bought else 0
        return discounts

    def describe(self, currency: str) -> str:
        off = "free" if self.rate == FULL_DISCOUNT else f"at {format_percentage(self.rate)} off"
        return f"buy {self.buy}, get {self.get} {off}"


@dataclass(frozen=True)
class CheapestFree(Benefit):
    """The cheapest of every `group_size` units is free."""

    kind = "cheapest_free"
    term_fields = {"of": "group_size"}
    group_size: int

    def problems(self) -> Iterator[str]:
        if self.group_size < 2:
            yield "of is the number of units of which one is free, 2 or more."

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        return BuyGet(self.group_size - 1, 1).apply((rows[0], rows[0]), rules)

    def describe(self, currency: str) -> str:
        return f"the cheapest of {self.group_size} free"


@dataclass(frozen=True)
class Bundle(Benefit):
    """Sets of units from each scope, each set for one price; the dearest units first, while another set saves
    more.

    A line counts for the first scope that contains it.
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

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        groups = [dearest_first(group) for group in _disjoint(rows)]
        sets = self._best_count(groups)
        chosen = self._units_of_sets(groups, 0, sets)
        prices = [row.price_of(units) for row, units in chosen]
        parts = spread(max(sum(prices) - sets * self.price, 0), prices)
        for (row, units), part in zip(chosen, parts, strict=True):
            row.allocate(units, part)
        return [(row, part) for (row, _), part in zip(chosen, parts, strict=True)]

    def _best_count(self, groups: ScopeRows) -> int:
        """Return the number of sets that saves most. Each further set has cheaper units, so it saves less."""
        pairs = zip(groups, self.quantities, strict=True)
        low, high = 0, min(_remaining_units(group) // units for group, units in pairs)
        while low < high:
            middle = (low + high) // 2
            if self._price_of_set(groups, middle) > self.price:
                low = middle + 1
            else:
                high = middle
        return low

    def _price_of_set(self, groups: ScopeRows, number: int) -> Fraction:
        """Return what the units of one set cost without the benefit, exactly. The first set has number 0."""
        chosen = self._units_of_sets(groups, number, number + 1)
        return sum((row.remaining_unit_price * units for row, units in chosen), start=Fraction(0))

    def _units_of_sets(self, groups: ScopeRows, first: int, last: int) -> list[tuple[CartRow, int]]:
        """Return the units of the sets from `first` to before `last`. The dearest of each scope come first."""
        chosen = []
        for group, each in zip(groups, self.quantities, strict=True):
            skipped, missing = first * each, (last - first) * each
            for row in group:
                units = min(missing, max(row.remaining_units - skipped, 0))
                skipped = max(skipped - row.remaining_units, 0)
                if units:
                    chosen.append((row, units))
                    missing -= units
        return chosen

    def describe(self, currency: str) -> str:
        return f"{sum(self.quantities)} together for {format_minor(self.price, currency)}"


def _disjoint(rows: ScopeRows) -> list[list[CartRow]]:
    """Return the groups, each without the rows of the groups before it."""
    earlier: set[CartRow] = set()
    groups = []
    for group in rows:
        groups.append([row for row in group if row not in earlier])
        earlier.update(group)
    return groups


def _remaining_units(rows: Sequence[CartRow]) -> int:
    return sum(row.remaining_units for row in rows)


def _allocate(rows: Sequence[CartRow], units: int) -> None:
    """Allocate this many units without a discount, the dearest first."""
    for row in dearest_first(rows):
        part = min(units, row.remaining_units)
        row.allocate(part)
        units -= part
