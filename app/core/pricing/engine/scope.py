"""The lines of a cart that a benefit applies to."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.pricing.engine.item import Item

EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scope:
    """All goods, or those that one of the named SKUs, products or categories names.

    A voucher is in scope only if its SKU or its product is named. A category may also hold goods, so it does not
    name a voucher.
    """

    skus: frozenset[str] = EMPTY
    products: frozenset[str] = EMPTY
    """Handles."""
    categories: frozenset[str] = EMPTY
    without: frozenset[str] = EMPTY
    """SKUs that are excluded, also if a product or category names them."""

    def index_keys(self) -> Iterator[tuple[str, str]]:
        """Yield the keys under which an index finds the scope. Each line in scope has at least one of them."""
        if self.is_all:
            yield ANY
        yield from (("sku", sku) for sku in self.skus)
        yield from (("product", handle) for handle in self.products)
        yield from (("category", name) for name in self.categories)

    @property
    def is_all(self) -> bool:
        return not (self.skus or self.products or self.categories)

    def contains(self, item: Item) -> bool:
        """Return whether the item is in scope. The time does not depend on how many names the scope has."""
        if item.sku in self.without:
            return False
        if item.sku in self.skus or item.product in self.products:
            return True
        return not item.voucher and (self.is_all or item.category in self.categories)


ANY = ("any", "")
ALL_GOODS = Scope()


def index_keys_of(item: Item) -> tuple[tuple[str, str], ...]:
    return ("sku", item.sku), ("product", item.product), ("category", item.category), ANY
