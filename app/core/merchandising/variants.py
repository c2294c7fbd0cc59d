"""Variants with their prices, as merchants add, change and withdraw them."""

from dataclasses import dataclass, field
from typing import Any, TypedDict

from app.core.catalogue import products, variants
from app.core.catalogue.codes import unique_codes
from app.core.catalogue.product_search import refresh_skus
from app.core.catalogue.products import LockedProduct
from app.core.catalogue.variants import VariantRow
from app.core.errors import Conflict, Forbidden
from app.core.merchandising import new_variant
from app.core.merchandising.events import VARIANT_CHANGED, VARIANT_CREATED, VARIANT_WITHDRAWN
from app.core.merchandising.new_variant import MAX_VARIANTS, NewVariant
from app.core.pricing import price_and_cost, rules
from app.core.pricing.sellable import has_sellable_variant
from app.core.pricing.tax_categories import STANDARD, VOUCHER
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddVariant:
    handle: str
    currency: str
    """Of the price and the cost."""
    variant: NewVariant


class VariantChanges(TypedDict, total=False):
    """Columns of `variants`; a missing one keeps its value. The SKU never changes, because labels show it."""

    barcode: str | None
    options: dict[str, str]
    grams: int
    tax_category: str
    position: int
    """From 1; a number beyond the last position means the last position."""


COLUMNS = ("barcode", "options", "grams", "tax_category")


@dataclass(frozen=True)
class ChangeVariant:
    handle: str
    sku: str
    currency: str
    """Of the price and the cost."""
    changes: VariantChanges = field(default_factory=VariantChanges)
    price: int | None = None
    """Minor units, with or without tax as the market's prices are; None keeps the price."""
    cost: int | None = None
    """Minor units; None keeps the cost."""
    may_change_vouchers: bool = False
    """Whether the actor may make a variant a gift card, or a gift card something else."""


@dataclass(frozen=True)
class WithdrawVariant:
    handle: str
    sku: str
    currency: str


def add_variant(tx: Transaction, command: AddVariant) -> str:
    """Add a variant at the last position, and return the product's handle.

    Raises NotFound, Conflict (sku_taken, barcode_taken, too_many_variants).
    """
    product, variant = products.lock(tx, command.handle), command.variant
    positions = variants.positions(tx, product)
    if positions.total >= MAX_VARIANTS:
        raise Conflict(
            f"Product {product.handle} has {positions.total} variants: put others into a new product.",
            code="too_many_variants",
        )
    recorded = {"currency": command.currency, "price": variant.price, "cost": variant.cost}
    event_id = variants.record_event(
        tx, VARIANT_CREATED, product, variant.id, variant.sku, **recorded
    )
    new_variant.insert(
        tx,
        variant,
        product_id=product.id,
        position=positions.last + 1,
        currency=command.currency,
        event_id=event_id,
    )
    with unique_codes(tx.session, skus=[variant.sku], barcodes=variant.barcodes):
        tx.write()
    refresh_skus(tx.session, [product.id])
    return command.handle


def change_variant(tx: Transaction, command: ChangeVariant) -> str:
    """Change what the command names and what differs, and return the product's handle.

    A price or a cost that differs from the one in force starts now. Raises NotFound, Invalid for a tax category
    without any rate, Forbidden for a change to or from a gift card, Conflict (barcode_taken).
    """
    product = products.lock(tx, command.handle)
    rules.require_tax_category(tx, command.changes.get("tax_category", STANDARD))
    columns = price_and_cost.columns_in_force(tx, command.currency)
    variant, (price, cost) = variants.find_with(tx, product, command.sku, *columns)
    before = variant._asdict() | {"price": price, "cost": cost}
    wanted = _wanted(tx, command, product)
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    category = changed.get("tax_category")
    if category is not None and VOUCHER in (category, before["tax_category"]):
        _require_voucher_permission(command)
    if changed:
        _record(tx, command, product, before, changed)
        _write(tx, product, variant, changed)
    return command.handle


def withdraw_variant(tx: Transaction, command: WithdrawVariant) -> str:
    """Stop selling a variant, and return the product's handle. A repeated call changes nothing.

    A product on sale keeps a variant that shoppers can buy, or it would be listed with nothing in it. Raises
    NotFound, Conflict (last_variant).
    """
    product = products.lock(tx, command.handle)
    variant = variants.find(tx, product, command.sku)
    if not variant.active:
        return command.handle
    if product.status == "active" and not has_sellable_variant(
        tx, product, command.currency, without=variant.id
    ):
        raise Conflict(
            f"No other variant of product {product.handle} is on sale: withdraw the product instead.",
            code="last_variant",
        )
    variants.update_columns(tx, variant, active=False)
    variants.record_event(tx, VARIANT_WITHDRAWN, product, variant.id, variant.sku)
    return command.handle


def _require_voucher_permission(command: ChangeVariant) -> None:
    """Raises Forbidden: a sold gift card is money."""
    if not command.may_change_vouchers:
        raise Forbidden(
            f"{command.sku} is or becomes a gift card: that needs the right giftcards.change.",
            needs="giftcards.change",
        )


def _wanted(tx: Transaction, command: ChangeVariant, product: LockedProduct) -> dict[str, Any]:
    """Return the new values by column, with the price and the cost."""
    wanted: dict[str, Any] = dict(command.changes)
    if "position" in wanted:
        wanted["position"] = min(wanted["position"], variants.positions(tx, product).last)
    amounts = {"price": command.price, "cost": command.cost}
    return wanted | {name: amount for name, amount in amounts.items() if amount is not None}


def _record(
    tx: Transaction,
    command: ChangeVariant,
    product: LockedProduct,
    before: dict[str, Any],
    changed: dict[str, Any],
) -> None:
    """Collect the event, and the price and the cost that start now."""
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
