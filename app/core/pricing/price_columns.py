"""Loads what the engine needs: as columns that other rooms put into their own one query of Variant.

What is asked for, `currency`, `at` and the rest, are columns or parameters of that query.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, join

from app.core.catalogue.models import Variant
from app.core.model import AnyRow, constant, json_rows
from app.core.pricing.engine.item import Item
from app.core.pricing.models import Price, PriceList
from app.core.pricing.omnibus_price import lowest_prior_price, price_context

ONE: ColumnElement[int] = literal_column("1", Integer)
"""Stands in the statement's text, so that a prepared one can use an index on it."""

_REDUCED = case(
    (
        Price.compare_at.is_not(None),
        func.json_strip_nulls(
            func.json_build_object(
                constant("compare_at"),
                Price.compare_at,
                constant("lowest_30_days"),
                lowest_prior_price(),
            )
        ),
    )
)
"""Of the enclosing query's row of `prices`; it needs `asked` beside that."""


class PricedRow(Protocol):
    """A row with the columns below, and with the variant's SKU, handle and category."""

    @property
    def sku(self) -> str: ...
    @property
    def handle(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def base_price(self) -> int | None: ...
    @property
    def tiers(self) -> list[dict[str, Any]] | None: ...
    @property
    def listed(self) -> dict[str, Any] | None: ...


def as_item(row: PricedRow | AnyRow, quantity: int, tax_rate: int) -> Item:
    """What the engine takes, of a row with the columns below, sku, handle and category. A price list that holds
    comes before the base, with its own tiers."""
    own = row.listed
    amount: Any = own["amount"] if own else row.base_price
    steps = (own["tiers"] if own else row.tiers) or ()
    return Item(
        row.sku,
        quantity,
        amount,
        tax_rate,
        tuple((step["start"], step["amount"]) for step in steps),
        row.handle,
        row.category,
        base_price=row.base_price if own else None,
        price_list=own["list"] if own else "",
    )


def price_in_force(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The amount of the newest base price for one unit that has started; NULL if none has."""
    return _newest(Price.amount, currency, at).scalar_subquery()


def tiers(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The base prices for more than one unit, [{start, amount}] by rising start; NULL for none."""
    prices = aliased(Price)
    return _steps(prices, prices.list_id.is_(None), prices.currency == currency, at=at)


def listed_price(currency: Any, at: Any, channel: Any, location_id: Any, group: Any) -> ScalarSelect[Any]:
    """{list, amount, tiers, reduced} of the first list that holds there, for everybody or for this group of
    customers, and has a price for one unit, `reduced` as below; NULL for none."""
    of_list, by = aliased(Price), price_context(at, channel, location_id)
    found = func.json_build_object(
        constant("list"), PriceList.code,
        constant("amount"), Price.amount,
        constant("tiers"), _steps(of_list, of_list.list_id == PriceList.id, at=at),
        constant("reduced"), _REDUCED,
    )  # fmt: skip
    return _first_listed(found, currency, at, channel, location_id, group, by).scalar_subquery()


def reduction(currency: Any, at: Any, channel: Any, location_id: Any) -> ScalarSelect[Any]:
    """{compare_at, lowest_30_days} of the base price for one unit; NULL where it is no reduction."""
    by = price_context(at, channel, location_id)
    return _newest(_REDUCED, currency, at, by).scalar_subquery()


def displayed_price(
    currency: Any, at: Any, channel: Any, location_id: Any, group: Any
) -> ColumnElement[Any]:
    """The price for one unit, to everybody or to this group of customers, as JSON: {amount, currency} and, where
    it is a reduction, compare_at and lowest_30_days."""
    by = price_context(at, channel, location_id)
    shown = func.json_strip_nulls(
        func.json_build_object(
            constant("amount"), Price.amount,
            constant("currency"), Price.currency,
            constant("compare_at"), Price.compare_at,
            constant("lowest_30_days"), lowest_prior_price(),
        )
    )  # fmt: skip
    base = _newest(shown, currency, at, by).scalar_subquery()
    return func.coalesce(
        _first_listed(shown, currency, at, channel, location_id, group, by).scalar_subquery(), base
    )


def _newest(what: Any, currency: Any, at: Any, *beside: Any) -> Select[Any]:
    """`what` of the newest base price for one unit; `beside` are tables of one row that it needs as well."""
    return (
        select(what)
        .select_from(_beside(Price, beside))
        .where(
            Price.variant_id == Variant.id, Price.list_id.is_(None), Price.currency == currency,
            Price.min_quantity == ONE, Price.starts_at <= at,
        )
        .order_by(Price.starts_at.desc())
        .limit(ONE)
        .correlate_except(Price, *beside)
    )  # fmt: skip


def _first_listed(
    what: Any, currency: Any, at: Any, channel: Any, location_id: Any, group: Any, *beside: Any
) -> Select[Any]:
    """`what` of the price in force in the first list that holds for everybody there, or the group, and has one."""
    newest = aliased(Price)
    in_force = (
        select(newest.id)
        .where(
            newest.list_id == PriceList.id, newest.variant_id == Variant.id,
            newest.min_quantity == ONE, newest.starts_at <= at,
        )
        .order_by(newest.starts_at.desc())
        .limit(ONE)
        .correlate_except(newest)
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(what)
        .select_from(_beside(join(PriceList, Price, Price.id == in_force), beside))
        .where(
            PriceList.currency == currency,
            or_(PriceList.customer_group.is_(None), PriceList.customer_group == group),
            or_(PriceList.channel.is_(None), PriceList.channel == channel),
            or_(PriceList.location_id.is_(None), PriceList.location_id == location_id),
            Price.amount.is_not(None),
        )
        .order_by(PriceList.priority, PriceList.code)
        .limit(ONE)
        .correlate_except(PriceList, Price, *beside)
    )


def _beside(table: Any, others: Iterable[Any]) -> Any:
    """Joined to tables of one row."""
    for other in others:
        table = join(table, other, true())
    return table


def _steps(prices: Any, *which: ColumnElement[bool], at: Any) -> ScalarSelect[Any]:
    """[{start, amount}] of the prices for more than one unit that are in force; NULL for none."""
    newest = (
        select(prices.min_quantity, prices.amount)
        .ext(distinct_on(prices.min_quantity))
        .where(*which, prices.variant_id == Variant.id, prices.min_quantity > ONE)
        .where(prices.starts_at <= at)
        .order_by(prices.min_quantity, prices.starts_at.desc())
        .correlate_except(prices)
        .lateral()
    )
    rows = json_rows(newest.c.min_quantity, start=newest.c.min_quantity, amount=newest.c.amount)
    return select(rows).where(newest.c.amount.is_not(None)).scalar_subquery()
