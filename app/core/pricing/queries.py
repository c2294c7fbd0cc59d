"""The catalogue with its prices, as the shop shows it: one statement for a list, one for a product."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Text, bindparam, func, select, tuple_
from sqlalchemy.engine import Connection

from app.core.catalogue.models import Product, Variant
from app.core.errors import NotFound
from app.core.model import constant
from app.core.pricing.facts import price_in_force


class Search(NamedTuple):
    words: str | None
    category: str | None
    after: tuple[str, str] | None
    """(title, handle) of the last product of the page before."""
    limit: int


def product(reader: Connection, handle: str, currency: str, at: datetime) -> dict[str, Any]:
    """A published product with its variants. Raises NotFound."""
    rows = reader.execute(_PRODUCT, {"handle": handle, "currency": currency, "at": at})
    found = _grouped(rows.all(), currency)
    if not found:
        raise NotFound(f"There is no product {handle}: look for it in /products.")
    return found[0]


def products(
    reader: Connection, search: Search, currency: str, at: datetime
) -> list[dict[str, Any]]:
    """A page of published products by title; `words` match whole words, their beginnings, and SKUs."""
    words = prefix_query(search.words or "")
    title, handle = search.after or (None, None)
    rows = reader.execute(
        _page(bool(words), bool(search.category), bool(search.after)),
        {
            "words": words, "category": search.category, "title": title, "handle": handle,
            "limit": search.limit, "currency": currency, "at": at,
        },
    )  # fmt: skip
    return _grouped(rows.all(), currency)


def prefix_query(words: str) -> str:
    """`red mug` as the tsquery text `'red':* & 'mug':*`: all words, each as a beginning."""
    lexemes = [word.replace("'", "''").replace("\\", "\\\\") for word in words.split()]
    return " & ".join(f"'{lexeme}':*" for lexeme in lexemes[:10])


def _with_variants(page: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The products of `page`, by title, each with its variants by position, in one statement."""
    products = page.subquery()
    amount = price_in_force(bindparam("currency"), bindparam("at"))
    return (
        select(products, Variant.sku, Variant.barcode, Variant.options, amount)
        .outerjoin(Variant, (Variant.product_id == products.c.id) & Variant.active)
        .order_by(products.c.title, products.c.handle, Variant.position)
    )


_PUBLISHED: Select[*tuple[Any, ...]] = select(
    Product.id, Product.handle, Product.title, Product.description, Product.vendor, Product.category
).where(Product.status == constant("active"))

# Statements are put together once: that takes longer than PostgreSQL takes to answer them.
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


def _grouped(rows: Sequence[Any], currency: str) -> list[dict[str, Any]]:
    products: dict[str, dict[str, Any]] = {}
    for _, handle, title, description, vendor, category, sku, barcode, options, amount in rows:
        known = products.get(handle)
        if known is None:
            known = products[handle] = {
                "handle": handle, "title": title, "description": description, "vendor": vendor,
                "category": category, "variants": [],
            }  # fmt: skip
        if sku is None:  # everything of it was withdrawn: listed, so that pages keep their length
            continue
        price = None if amount is None else {"amount": amount, "currency": currency}
        known["variants"].append(
            {"sku": sku, "barcode": barcode, "options": options, "price": price}
        )
    return list(products.values())
