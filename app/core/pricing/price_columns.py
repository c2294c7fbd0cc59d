"""Columns with the facts that the engine needs. Other rooms put them into their own single query of Variant.

The parameters, `currency`, `at` and others, are columns or parameters of that query.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

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
from app.core.model import constant, json_rows
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.tax import CombinedRate
from app.core.pricing.models import Price, PriceList
from app.core.pricing.omnibus_price import lowest_prior_price, price_context
from app.core.pricing.tax_categories import VOUCHER

ONE: ColumnElement[int] = literal_column("1", Integer)
"""Part of the statement's text, so that a prepared statement can use an index on it."""

_REDUCTION = case(
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
"""For the enclosing query's row of `prices`. The query must also select from `price_context`."""


class Priced(Protocol):
    """A row with the columns below, and what else the engine needs of a variant."""

    @property
    def sku(self) -> str: ...
    @property
    def tax_category(self) -> str: ...
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


class PriceFacts(NamedTuple):
    """A variant with what prices it."""

    sku: str
    tax_category: str
    handle: str
    category: str
    base_price: int | None
    tiers: list[dict[str, Any]] | None
    """[{start, amount}] by rising start."""
    listed: dict[str, Any] | None
    """{list, amount, tiers, reduced} of the price list that applies."""


def as_item(row: Priced, quantity: int, rate: CombinedRate) -> Item:
    """Return the row as an item of the engine. A price list that applies replaces the base price and its tiers.

    Raises ValueError for a variant that is not on sale, because it has no price.
    """
    own = row.listed
    steps = (own["tiers"] if own else row.tiers) or ()
    price = own["amount"] if own else row.base_price
    if price is None:
        raise ValueError(f"{row.sku} has no price.")
    return Item(
        row.sku,
        quantity,
        price,
        rate.rate,
        tuple((step["start"], step["amount"]) for step in steps),
        row.handle,
        row.category,
        base_price=row.base_price if own else None,
        price_list=own["list"] if own else "",
        taxes=rate.taxes,
        voucher=row.tax_category == VOUCHER,
    )


def price_in_force(currency: Any, at: Any) -> ScalarSelect[Any]:
    """Return the amount of the newest base price for one unit that has started; NULL if none has."""
    return _newest(Price.amount, currency, at).scalar_subquery()


def tiers(currency: Any, at: Any) -> ScalarSelect[Any]:
    """Return the base prices for more than one unit, [{start, amount}] by rising start; NULL for none."""
    prices = aliased(Price)
    return _steps(prices, prices.list_id.is_(None), prices.currency == currency, at=at)


def listed_price(
    currency: Any, at: Any, channel: Any, location_id: Any, group: Any
) -> ScalarSelect[Any]:
    """Return {list, amount, tiers, reduced} of the first list that applies there, to all customers or to this
    group, and has a price for one unit; `reduced` as `reduction` has it. NULL without such a list."""
    of_list, context = aliased(Price), price_context(at, channel, location_id)
    listed = func.json_build_object(
        constant("list"), PriceList.code,
        constant("amount"), Price.amount,
        constant("tiers"), _steps(of_list, of_list.list_id == PriceList.id, at=at),
        constant("reduced"), _REDUCTION,
    )  # fmt: skip
    return _first_listed(
        listed, currency, at, channel, location_id, group, context
    ).scalar_subquery()


def reduction(currency: Any, at: Any, channel: Any, location_id: Any) -> ScalarSelect[Any]:
    """Return {compare_at, lowest_30_days} of the base price for one unit; NULL if it is not reduced."""
    context = price_context(at, channel, location_id)
    return _newest(_REDUCTION, currency, at, context).scalar_subquery()


def displayed_price(
    currency: Any, at: Any, channel: Any, location_id: Any, group: Any
) -> ColumnElement[Any]:
    """Return the price for one unit, for all customers or for this group, as JSON: {amount, currency}, and for a
    reduced price also compare_at and lowest_30_days."""
    context = price_context(at, channel, location_id)
    price = func.json_strip_nulls(
        func.json_build_object(
            constant("amount"), Price.amount,
            constant("currency"), Price.currency,
            constant("compare_at"), Price.compare_at,
            constant("lowest_30_days"), lowest_prior_price(),
        )
    )  # fmt: skip
    base = _newest(price, currency, at, context).scalar_subquery()
    listed = _first_listed(price, currency, at, channel, location_id, group, context)
    return func.coalesce(listed.scalar_subquery(), base)


def _newest(what: Any, currency: Any, at: Any, *single_rows: Any) -> Select[Any]:
    """Return `what` of the newest base price for one unit. It may also use `single_rows`, tables of one row."""
    return (
        select(what)
        .select_from(_join_all(Price, single_rows))
        .where(
            Price.variant_id == Variant.id, Price.list_id.is_(None), Price.currency == currency,
            Price.min_quantity == ONE, Price.starts_at <= at,
        )
        .order_by(Price.starts_at.desc())
        .limit(ONE)
        .correlate_except(Price, *single_rows)
    )  # fmt: skip


def _first_listed(
    what: Any,
    currency: Any,
    at: Any,
    channel: Any,
    location_id: Any,
    group: Any,
    *single_rows: Any,
) -> Select[Any]:
    """Return `what` of the price in force in the first list that applies there, to all customers or to the group,
    and has a price."""
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
        .select_from(_join_all(join(PriceList, Price, Price.id == in_force), single_rows))
        .where(
            PriceList.currency == currency,
            or_(PriceList.customer_group.is_(None), PriceList.customer_group == group),
            or_(PriceList.channel.is_(None), PriceList.channel == channel),
            or_(PriceList.location_id.is_(None), PriceList.location_id == location_id),
            Price.amount.is_not(None),
        )
        .order_by(PriceList.priority, PriceList.code)
        .limit(ONE)
        .correlate_except(PriceList, Price, *single_rows)
    )


def _join_all(table: Any, single_rows: Iterable[Any]) -> Any:
    for other in single_rows:
        table = join(table, other, true())
    return table


def _steps(prices: Any, *which: ColumnElement[bool], at: Any) -> ScalarSelect[Any]:
    """Return [{start, amount}] of the prices for more than one unit that are in force; NULL for none."""
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
