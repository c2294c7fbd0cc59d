"""Keeps `products.skus` right: by it the search finds a product by SKU or barcode."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def refresh_skus(session: Session, product_ids: Collection[UUID]) -> None:
    """Gather the SKUs and barcodes of the products' variants anew, as they are written."""
    if product_ids:
        session.execute(_GATHER, {"products": list(product_ids)})


_GATHER = text("""
    UPDATE products p SET skus = gathered.skus
    FROM (
        SELECT product_id,
               string_agg(concat_ws(' ', sku, barcode), ' ' ORDER BY position, id) AS skus
        FROM variants WHERE product_id = ANY(CAST(:products AS uuid[]))
        GROUP BY product_id
    ) gathered
    WHERE p.id = gathered.product_id AND p.skus <> gathered.skus
""")
