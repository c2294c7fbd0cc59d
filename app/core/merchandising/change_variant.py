from dataclasses import dataclass, field
from typing import Any, TypedDict

from app.core.catalogue import products, variants
from app.core.catalogue.codes import kept_unique
from app.core.catalogue.product_search import refresh_skus
from app.core.catalogue.products import HeldProduct
from app.core.catalogue.variants import HeldVariant
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
    product = products.held(tx, command.handle)
    rules.refuse_unknown_category(tx, command.changes.get("tax_category", rules.STANDARD))
    variant = variants.of(tx, product, command.sku, *price_and_cost.in_force(tx, command.currency))
    wanted = _wanted(tx, command, product)
    changed = {name: value for name, value in wanted.items() if value != variant._mapping[name]}
    if changed:
        _record(tx, command, product, variant, changed)
        _write(tx, product, variant, changed)
    return command.handle


def _wanted(tx: Transaction, command: ChangeVariant, product: HeldProduct) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(command.changes)
    if "position" in wanted:
        wanted["position"] = min(wanted["position"], variants.places(tx, product).last)
    given = {"price": command.price, "cost": command.cost}
    return wanted | {name: amount for name, amount in given.items() if amount is not None}


def _record(
    tx: Transaction,
    command: ChangeVariant,
    product: HeldProduct,
    variant: HeldVariant,
    changed: dict[str, Any],
) -> None:
    """Collect the event, and the price and cost that it starts."""
    price, cost = changed.get("price"), changed.get("cost")
    recorded: dict[str, Any] = {"fields": sorted(changed)}
    if price is not None:
        recorded |= {"old_price": variant.price, "price": price, "currency": command.currency}
    if cost is not None:
        recorded |= {"old_cost": variant.cost, "cost": cost, "currency": command.currency}
    event_id = variants.record(tx, "variant.changed", product, variant.id, variant.sku, **recorded)
    price_and_cost.start(tx, variant.id, command.currency, event_id, price=price, cost=cost)


def _write(
    tx: Transaction, product: HeldProduct, variant: HeldVariant, changed: dict[str, Any]
) -> None:
    columns = {name: changed[name] for name in COLUMNS if name in changed}
    with kept_unique(tx.session, barcodes=[columns["barcode"]] if columns.get("barcode") else []):
        tx.write()
        if columns:
            variants.change(tx, variant, **columns)
    if "position" in changed:
        variants.move(tx, product, variant, changed["position"])
    if "barcode" in changed:
        refresh_skus(tx.session, [product.id])
