"""Arithmetic over units by SKU. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping


class Quantities(Mapping[str, int]):
    """SKU → units, each more than zero. It never changes; arithmetic returns a new one."""

    def __init__(self, units: Mapping[str, int] | None = None) -> None:
        """Raises ValueError for units below zero; zero units are dropped."""
        self._units = Counter({sku: count for sku, count in (units or {}).items() if count})
        if any(count < 0 for count in self._units.values()):
            raise ValueError(f"Units are never below zero: {dict(self._units)}.")

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> "Quantities":
        """Add up pairs of SKU and units; a SKU may occur several times."""
        units: Counter[str] = Counter()
        for sku, count in pairs:
            units[sku] += count
        return cls(units)

    def __getitem__(self, sku: str) -> int:
        """Return 0 for a SKU that is not in it."""
        return self._units[sku]

    def __contains__(self, sku: object) -> bool:
        return sku in self._units

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)

    def __repr__(self) -> str:
        return f"Quantities({dict(self._units)})"

    def __add__(self, other: "Quantities") -> "Quantities":
        return Quantities(self._units + other._units)

    def __sub__(self, other: "Quantities") -> "Quantities":
        """Subtract; what would fall below zero is dropped."""
        return Quantities(self._units - other._units)

    def __and__(self, other: "Quantities") -> "Quantities":
        """Return the smaller units of each SKU."""
        return Quantities(self._units & other._units)

    def __le__(self, other: "Quantities") -> bool:
        return self._units <= other._units

    @property
    def total(self) -> int:
        return self._units.total()
