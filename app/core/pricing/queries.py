"""The catalogue with its prices, as the shop shows it: one statement for a list, one for a product."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, tuple_
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
    page = _PUBLISHED.where(Product.handle == handle).subquery()
    found = _with_variants(reader, page, currency, at)
    if not found:
        raise NotFound(f"There is no product {handle}: look for it in /products.")
    return found[0]


def products(
    reader: Connection, search: Search, currency: str, at: datetime
) -> list[dict[str, Any]]:
    """A page of published products by title; `words` match whole words, their beginnings, and SKUs."""
    page = _PUBLISHED.order_by(Product.title, Product.handle).limit(search.limit)
    if search.words and (query := prefix_query(search.words)):
        page = page.where(Product.search.op("@@")(func.to_tsquery("simple", query)))
    if search.category:
        page = page.where(Product.category == search.category)
    if search.after:
        page = page.where(tuple_(Product.title, Product.handle) > tuple_(*search.after))
    return _with_variants(reader, page.subquery(), currency, at)


def prefix_query(words: str) -> str:
    """`red mug` as the tsquery text `'red':* & 'mug':*`: all words, each as a beginning."""
    lexemes = [word.replace("'", "''").replace("\\", "\\\\") for word in words.split()]
    return " & ".join(f"'{lexeme}':*" for lexeme in lexemes[:10])


_PUBLISHED: Select[*tuple[Any, ...]] = select(
    Product.id, Product.handle, Product.title, Product.description, Product.vendor, Product.category
).where(Product.status == constant("active"))


def _with_variants(
    reader: Connection, page: Any, currency: str, at: datetime
) -> list[dict[str, Any]]:
    """The products of the subquery `page`, by title, each with its variants by position."""
    rows = reader.execute(
        select(
            page,
            Variant.sku,
            Variant.barcode,
            Variant.options,
            price_in_force(currency, at).label("amount"),
        )
        .outerjoin(Variant, (Variant.product_id == page.c.id) & Variant.active)
        .order_by(page.c.title, page.c.handle, Variant.position)
    )
    return _grouped(rows.all(), currency)


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
