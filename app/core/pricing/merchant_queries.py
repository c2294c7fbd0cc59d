"""The catalogue as merchants see it: in every status, with costs. Two statements each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from app.core.catalogue.costs import cost_in_force
from app.core.catalogue.models import Product, Variant
from app.core.errors import NotFound
from app.core.pricing.price_columns import price_in_force
from app.core.pricing.queries import prefix_query

Reader = Connection | Session


class ProductSearch(NamedTuple):
    words: str | None
    status: str | None
    after: str | None
    """The handle of the last product of the page before."""
    limit: int


def product(reader: Reader, handle: str, currency: str, at: datetime) -> dict[str, Any]:
    """A product with all of its variants. Raises NotFound."""
    found = reader.execute(_PRODUCT.where(Product.handle == handle)).all()
    if not found:
        raise NotFound(f"There is no product {handle}: look for it in /products.")
    return _with_variants(reader, found, currency, at)[0]


def products(
    reader: Reader, search: ProductSearch, currency: str, at: datetime
) -> list[dict[str, Any]]:
    """A page of products by handle; `words` match whole words, their beginnings, and SKUs."""
    page = _PRODUCT.order_by(Product.handle).limit(search.limit)
    if search.words and (query := prefix_query(search.words)):
        page = page.where(Product.search.op("@@")(func.to_tsquery("simple", query)))
    if search.status:
        page = page.where(Product.status == search.status)
    if search.after is not None:
        page = page.where(Product.handle > search.after)
    return _with_variants(reader, reader.execute(page).all(), currency, at)


def _with_variants(
    reader: Reader, page: Sequence[Row[*tuple[Any, ...]]], currency: str, at: datetime
) -> list[dict[str, Any]]:
    rows = reader.execute(
        select(
            *_VARIANT,
            price_in_force(currency, at).label("price"),
            cost_in_force(currency, at).label("cost"),
        )
        .where(Variant.product_id == any_(literal([row.id for row in page], ARRAY(Uuid))))
        .order_by(Variant.position, Variant.sku)
    )
    variants: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        money = {"price": _money(row.price, currency), "cost": _money(row.cost, currency)}
        variants[row.product_id].append({**row._mapping, **money})
    return [{**row._mapping, "variants": variants[row.id]} for row in page]


def _money(amount: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": currency}


_PRODUCT: Select[*tuple[Any, ...]] = select(
    Product.id,
    Product.handle,
    Product.title,
    Product.description,
    Product.vendor,
    Product.category,
    Product.tags,
    Product.status,
    Product.created_at,
    Product.updated_at,
)
_VARIANT = (
    Variant.product_id,
    Variant.sku,
    Variant.barcode,
    Variant.options,
    Variant.position,
    Variant.grams,
    Variant.tax_category,
    Variant.active,
)
