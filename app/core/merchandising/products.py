"""Products with their prices, as merchants create and publish them."""

from dataclasses import dataclass
from uuid import UUID

from app.core.catalogue import products
from app.core.catalogue.codes import unique_codes
from app.core.catalogue.handles import handle_from_title
from app.core.catalogue.models import Product
from app.core.catalogue.product_search import refresh_skus
from app.core.errors import Invalid
from app.core.merchandising import new_variant
from app.core.merchandising.events import PRODUCT_CREATED, PRODUCT_PUBLISHED
from app.core.merchandising.new_variant import NewVariant
from app.core.pricing.sellable import has_sellable_variant, no_sellable_variant
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateProduct:
    currency: str
    """Of all prices and costs."""
    title: str
    variants: tuple[NewVariant, ...] = ()
    """Each SKU and each barcode once."""
    handle: str | None = None
    """None means: made from the title."""
    description: str = ""
    vendor: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    publish: bool = False
    """False creates a draft."""


@dataclass(frozen=True)
class PublishProduct:
    handle: str
    currency: str


def create_product(tx: Transaction, command: CreateProduct) -> str:
    """Create a product with its variants, and return its handle.

    Raises Invalid for a title that gives no handle, Conflict (handle_taken, sku_taken, barcode_taken,
    no_sellable_variant).
    """
    handle = command.handle or handle_from_title(command.title)
    if not handle:
        raise Invalid(
            "This title gives no handle: send a handle as well.", handle=["Send a handle."]
        )
    if command.publish and all(variant.price is None for variant in command.variants):
        raise no_sellable_variant(handle, command.currency)
    product_id = _insert(tx, command, handle)
    with unique_codes(
        tx.session,
        skus=[variant.sku for variant in command.variants],
        barcodes=[code for variant in command.variants for code in variant.barcodes],
    ):
        tx.write()
    refresh_skus(tx.session, [product_id])
    return handle


def publish_product(tx: Transaction, command: PublishProduct) -> str:
    """List and sell a draft or a withdrawn product, and return its handle. A repeated call changes nothing.

    Raises NotFound, Conflict (no_sellable_variant).
    """
    product = products.lock(tx, command.handle)
    if product.status != "active" and not has_sellable_variant(tx, product, command.currency):
        raise no_sellable_variant(product.handle, command.currency)
    products.set_status(tx, product, "active", PRODUCT_PUBLISHED)
    return command.handle


def _insert(tx: Transaction, command: CreateProduct, handle: str) -> UUID:
    status = "active" if command.publish else "draft"
    product_id = tx.insert(
        Product,
        handle=handle,
        title=command.title,
        description=command.description,
        vendor=command.vendor,
        category=command.category,
        tags=list(command.tags),
        status=status,
        skus="",
        created_at=tx.now,
        updated_at=tx.now,
    )
    recorded = {
        "product_id": product_id,
        "handle": handle,
        "status": status,
        "currency": command.currency,
        "variants": [variant.as_recorded() for variant in command.variants],
    }
    event_id = tx.record(PRODUCT_CREATED, recorded)
    for position, variant in enumerate(command.variants, start=1):
        new_variant.insert(
            tx,
            variant,
            product_id=product_id,
            position=position,
            currency=command.currency,
            event_id=event_id,
        )
    return product_id
