"""A customer's wishlist: add and remove variants."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.core.accounts.models import WishlistItem
from app.core.catalogue.models import Product, Variant
from app.core.customers import merged_customers
from app.core.errors import Invalid, NotFound
from app.core.transaction import Transaction

MAX_ITEMS = 500


@dataclass(frozen=True)
class AddWishlistItem:
    customer_id: UUID
    sku: str


@dataclass(frozen=True)
class RemoveWishlistItem:
    customer_id: UUID
    sku: str


def add_wishlist_item(tx: Transaction, command: AddWishlistItem) -> UUID:
    """Put a variant on the wishlist and return the customer's id. Repeating it changes nothing.

    Raises NotFound if the variant is not on sale, Invalid for too many items.
    """
    merged_customers.lock(tx.session, command.customer_id)
    on_sale = (
        select(literal(command.customer_id), Variant.id, literal(tx.now))
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.sku == command.sku, Variant.active, Product.status == "active")
    )
    # The update changes nothing: without it, RETURNING has no row for a variant that is on the list already.
    added = (
        insert(WishlistItem)
        .from_select(["customer_id", "variant_id", "created_at"], on_sale)
        .on_conflict_do_update(
            index_elements=[WishlistItem.customer_id, WishlistItem.variant_id],
            set_={"created_at": WishlistItem.created_at},
        )
        .returning(WishlistItem.variant_id)
    )
    if tx.session.execute(added).first() is None:
        raise NotFound(f"No product on sale has the SKU {command.sku}. Check the SKU.")
    _require_room(tx, command.customer_id)
    return command.customer_id


def remove_wishlist_item(tx: Transaction, command: RemoveWishlistItem) -> UUID:
    """Take a variant off the wishlist and return the customer's id. Repeating it changes nothing."""
    own_ids = merged_customers.select_ids(literal(command.customer_id))
    variant_id = select(Variant.id).where(Variant.sku == command.sku).scalar_subquery()
    tx.session.execute(
        delete(WishlistItem)
        .where(WishlistItem.customer_id.in_(own_ids), WishlistItem.variant_id == variant_id)
        .execution_options(synchronize_session=False)
    )
    return command.customer_id


def _require_room(tx: Transaction, customer_id: UUID) -> None:
    count = tx.session.scalar(select(func.count()).where(WishlistItem.customer_id == customer_id))
    if (count or 0) > MAX_ITEMS:
        raise Invalid(f"A wishlist can have {MAX_ITEMS} items. Remove one first.")
