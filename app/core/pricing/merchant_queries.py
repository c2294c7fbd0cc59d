"""The catalogue as merchants see it: products of every status, with costs. Two statements each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.types import Uuid

from app.core.catalogue.costs import cost_in_force
from app.core.catalogue.models import Product, Variant
from app.core.errors import NotFound
from app.core.model import AnyRow
from app.core.pricing.price_columns import price_in_force
from app.core.pricing.queries import prefix_query

Reader = Connection | Session


class ProductSearch(NamedTuple):
    words: str | None
    status: str | None
    after: str | None
    """The handle of the last product of the previous page."""
    limit: int


class Money(NamedTuple):
    amount: int
    """Minor units."""
    currency: str


class MerchantVariant(NamedTuple):
    sku: str
    barcode: str | None
    options: dict[str, str]
    position: int
    grams: int
    tax_category: str
    active: bool
    price: Money | None
    cost: Money | None


class MerchantProduct(NamedTuple):
    handle: str
    title: str
    description: str
    vendor: str
    category: str
    tags: list[str]
    status: str
    created_at: datetime
    updated_at: datetime
    variants: list[MerchantVariant]


def product(reader: Reader, handle: str, currency: str, at: datetime) -> MerchantProduct:
    """Return a product with all of its variants. Raises NotFound."""
    found = reader.execute(_PRODUCT.where(Product.handle == handle)).all()
    if not found:
        raise NotFound(f"There is no product {handle}: see /products.")
    return _with_variants(reader, found, currency, at)[0]


def products(
    reader: Reader, search: ProductSearch, currency: str, at: datetime
) -> list[MerchantProduct]:
    """Return a page of products by handle. `words` match whole words, their beginnings, and SKUs."""
    page = _PRODUCT.order_by(Product.handle).limit(search.limit)
    if search.words and (query := prefix_query(search.words)):
        page = page.where(Product.search.op("@@")(func.to_tsquery("simple", query)))
    if search.status:
        page = page.where(Product.status == search.status)
    if search.after is not None:
        page = page.where(Product.handle > search.after)
    return _with_variants(reader, reader.execute(page).all(), currency, at)


def _with_variants(
    reader: Reader, page: Sequence[AnyRow], currency: str, at: datetime
) -> list[MerchantProduct]:
    rows = reader.execute(
        select(
            *_VARIANT,
            price_in_force(currency, at).label("price"),
            cost_in_force(currency, at).label("cost"),
        )
        .where(Variant.product_id == any_(literal([row.id for row in page], ARRAY(Uuid))))
        .order_by(Variant.position, Variant.sku)
    )
    variants: dict[UUID, list[MerchantVariant]] = defaultdict(list)
    for product_id, *columns, price, cost in rows:
        money = [amount if amount is None else Money(amount, currency) for amount in (price, cost)]
        variants[product_id].append(MerchantVariant._make([*columns, *money]))
    return [
        MerchantProduct._make([*columns, variants[product_id]]) for product_id, *columns in page
    ]


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
