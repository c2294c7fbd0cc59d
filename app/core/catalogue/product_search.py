"""Keeps `products.skus` up to date: with it the search finds a product by SKU or barcode."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def refresh_skus(session: Session, product_ids: Collection[UUID]) -> None:
    """Collect the SKUs and barcodes of the products' variants again, as they are written now."""
    if product_ids:
        session.execute(_REFRESH, {"products": list(product_ids)})


_REFRESH = text("""
    UPDATE products p SET skus = collected.skus
    FROM (
        SELECT product_id,
               string_agg(concat_ws(' ', sku, barcode), ' ' ORDER BY position, id) AS skus
        FROM variants WHERE product_id = ANY(CAST(:products AS uuid[]))
        GROUP BY product_id
    ) collected
    WHERE p.id = collected.product_id AND p.skus <> collected.skus
""")
