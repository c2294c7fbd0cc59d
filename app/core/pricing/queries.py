"""The catalogue with its prices, as shoppers see it: one statement for a list, one for a product."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import Integer, Select, Text, bindparam, func, null, select, tuple_
from sqlalchemy.engine import Connection, Result

from app.core.catalogue.models import Product, Variant
from app.core.errors import NotFound
from app.core.model import constant, json_rows
from app.core.pricing.price_columns import displayed_price


class Audience(NamedTuple):
    """The shoppers that see the prices."""

    channel: str
    customer_group: str | None = None


class CatalogueSearch(NamedTuple):
    words: str | None
    category: str | None
    after: tuple[str, str] | None
    """(title, handle) of the last product of the previous page."""
    limit: int


class CatalogueVariant(TypedDict):
    sku: str
    barcode: str | None
    options: dict[str, str]
    price: dict[str, Any] | None
    """{amount, currency} and, for a reduced price, compare_at and lowest_30_days; None without a price."""


class CatalogueProduct(TypedDict):
    """A JSON document, as PostgreSQL builds it. It goes to the client without a conversion, which would take
    longer than the statement."""

    handle: str
    title: str
    description: str
    vendor: str
    category: str
    variants: list[CatalogueVariant]


def product(
    reader: Connection, handle: str, currency: str, to: Audience, at: datetime
) -> CatalogueProduct:
    """Return a published product with its variants. Raises NotFound."""
    prices = {"currency": currency, "at": at, **to._asdict()}
    found = _documents(reader.execute(_PRODUCT, {"handle": handle, **prices}))
    if not found:
        raise NotFound(f"There is no product {handle}: see /products.")
    return found[0]


def products(
    reader: Connection, search: CatalogueSearch, currency: str, to: Audience, at: datetime
) -> list[CatalogueProduct]:
    """Return a page of published products by title. `words` match whole words, their beginnings, and SKUs."""
    words = prefix_query(search.words or "")
    title, handle = search.after or (None, None)
    rows = reader.execute(
        _page(bool(words), bool(search.category), bool(search.after)),
        {
            "words": words, "category": search.category, "title": title, "handle": handle,
            "limit": search.limit, "currency": currency, "at": at, **to._asdict(),
        },
    )  # fmt: skip
    return _documents(rows)


def prefix_query(words: str) -> str:
    """Return `red mug` as the tsquery text `'red':* & 'mug':*`: all words, each as a beginning."""
    lexemes = [word.replace("'", "''").replace("\\", "\\\\") for word in words.split()]
    return " & ".join(f"'{lexeme}':*" for lexeme in lexemes[:10])


def _with_variants(page: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Select the products of `page`, by title, each with its variants as JSON, in one statement."""
    products = page.subquery()
    variant_rows = json_rows(
        Variant.position,
        sku=Variant.sku,
        barcode=Variant.barcode,
        options=Variant.options,
        price=displayed_price(
            bindparam("currency"),
            bindparam("at"),
            bindparam("channel", type_=Text),
            null(),
            bindparam("customer_group", type_=Text),
        ),
    )
    variants = (
        select(variant_rows)
        .where(Variant.product_id == products.c.id, Variant.active)
        .scalar_subquery()
    )
    columns = [
        products.c[name] for name in ("handle", "title", "description", "vendor", "category")
    ]
    return select(*columns, variants).order_by(products.c.title, products.c.handle)


def _documents(rows: Result[*tuple[Any, ...]]) -> list[CatalogueProduct]:
    return [
        {
            "handle": handle, "title": title, "description": description, "vendor": vendor,
            "category": category, "variants": variants or [],
        }
        for handle, title, description, vendor, category, variants in rows.all()
    ]  # fmt: skip


_PUBLISHED: Select[*tuple[Any, ...]] = select(
    Product.id, Product.handle, Product.title, Product.description, Product.vendor, Product.category
).where(Product.status == constant("active"))

# The statements are built once: building one takes longer than PostgreSQL takes to run it.
_PRODUCT = _with_variants(_PUBLISHED.where(Product.handle == bindparam("handle")))


@cache
def _page(words: bool, category: bool, after: bool) -> Select[*tuple[Any, ...]]:
    page = _PUBLISHED.order_by(Product.title, Product.handle).limit(
        bindparam("limit", type_=Integer)
    )
    if words:
        page = page.where(Product.search.op("@@")(func.to_tsquery("simple", bindparam("words"))))
    if category:
        page = page.where(Product.category == bindparam("category"))
    if after:
        place = tuple_(bindparam("title", type_=Text), bindparam("handle", type_=Text))
        page = page.where(tuple_(Product.title, Product.handle) > place)
    return _with_variants(page)
