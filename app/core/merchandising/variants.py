from dataclasses import dataclass, field
from typing import Any, TypedDict

from app.core.catalogue import products, variants
from app.core.catalogue.codes import unique_codes
from app.core.catalogue.product_search import refresh_skus
from app.core.catalogue.products import LockedProduct
from app.core.catalogue.variants import VariantRow
from app.core.merchandising.events import VARIANT_CHANGED
from app.core.pricing import price_and_cost, rules
from app.core.transaction import Transaction


class VariantChanges(TypedDict, total=False):
    """Columns of `variants`; what is missing stays. The SKU does too, since it stands on labels."""

    barcode: str | None
    options: dict[str, str]
    grams: int
    tax_category: str
    position: int
    """From 1; behind the last one means the last place."""


COLUMNS = ("barcode", "options", "grams", "tax_category")


@dataclass(frozen=True)
class ChangeVariant:
    handle: str
    sku: str
    currency: str
    """Of the price and the cost."""
    changes: VariantChanges = field(default_factory=VariantChanges)
    price: int | None = None
    """Minor units, with tax or without as the market's prices are; None leaves it."""
    cost: int | None = None
    """Minor units; None leaves it."""


def change_variant(tx: Transaction, command: ChangeVariant) -> str:
    """Change what is named and differs, and return the product's handle.

    A price or cost that differs from the one in force begins now. Raises NotFound, Invalid for a
    tax category without any rate, Conflict (barcode_taken).
    """
    product = products.lock(tx, command.handle)
    rules.require_tax_category(tx, command.changes.get("tax_category", rules.STANDARD))
    columns = price_and_cost.columns_in_force(tx, command.currency)
    variant, (price, cost) = variants.find_with(tx, product, command.sku, *columns)
    before = variant._asdict() | {"price": price, "cost": cost}
    wanted = _wanted(tx, command, product)
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if changed:
        _record(tx, command, product, before, changed)
        _write(tx, product, variant, changed)
    return command.handle


def _wanted(tx: Transaction, command: ChangeVariant, product: LockedProduct) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(command.changes)
    if "position" in wanted:
        wanted["position"] = min(wanted["position"], variants.positions(tx, product).last)
    given = {"price": command.price, "cost": command.cost}
    return wanted | {name: amount for name, amount in given.items() if amount is not None}


def _record(
    tx: Transaction,
    command: ChangeVariant,
    product: LockedProduct,
    before: dict[str, Any],
    changed: dict[str, Any],
) -> None:
    """Collect the event, and the price and cost that it starts."""
    price, cost = changed.get("price"), changed.get("cost")
    recorded: dict[str, Any] = {"fields": sorted(changed)}
    if price is not None:
        recorded |= {"old_price": before["price"], "price": price, "currency": command.currency}
    if cost is not None:
        recorded |= {"old_cost": before["cost"], "cost": cost, "currency": command.currency}
    event_id = variants.record_event(
        tx, VARIANT_CHANGED, product, before["id"], before["sku"], **recorded
    )
    price_and_cost.start(tx, before["id"], command.currency, event_id, price=price, cost=cost)


def _write(
    tx: Transaction, product: LockedProduct, variant: VariantRow, changed: dict[str, Any]
) -> None:
    columns = {name: changed[name] for name in COLUMNS if name in changed}
    with unique_codes(tx.session, barcodes=[columns["barcode"]] if columns.get("barcode") else []):
        tx.write()
        if columns:
            variants.update_columns(tx, variant, **columns)
    if "position" in changed:
        variants.move(tx, product, variant, changed["position"])
    if "barcode" in changed:
        refresh_skus(tx.session, [product.id])
