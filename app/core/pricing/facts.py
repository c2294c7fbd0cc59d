"""Loads what the engine needs: as columns that other rooms put into their own one query of Variant.

What is asked for, `currency`, `at` and the rest, are columns or parameters of that query.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from app.core.catalogue.models import Variant
from app.core.model import constant, json_rows
from app.core.pricing.models import Price, PriceList
from app.core.pricing.prior_price import lowest_before

ONE: ColumnElement[int] = literal_column("1", Integer)
"""Stands in the statement's text, so that a prepared one can use an index on it."""


def price_in_force(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The amount of the newest base price for one unit that has started; NULL if none has."""
    return _newest(Price.amount, currency, at).scalar_subquery()


def tiers(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The base prices for more than one unit, [{start, amount}] by rising start; NULL for none."""
    prices = aliased(Price)
    return _steps(prices, prices.list_id.is_(None), prices.currency == currency, at=at)


def listed(currency: Any, at: Any, channel: Any, location_id: Any, group: Any) -> ScalarSelect[Any]:
    """{list, amount, tiers} of the first list that holds there, for everybody or for this group of customers, and
    has a price for one unit; NULL for none."""
    of_list = aliased(Price)
    found = func.json_build_object(
        constant("list"), PriceList.code,
        constant("amount"), Price.amount,
        constant("tiers"), _steps(of_list, of_list.list_id == PriceList.id, at=at),
    )  # fmt: skip
    return _first_listed(found, currency, at, channel, location_id, group).scalar_subquery()


def price_shown(currency: Any, at: Any, channel: Any, location_id: Any) -> ColumnElement[Any]:
    """The price for one unit as JSON: {amount, currency} and, where it is a reduction, compare_at and
    lowest_30_days."""
    shown = func.json_strip_nulls(
        func.json_build_object(
            constant("amount"), Price.amount,
            constant("currency"), Price.currency,
            constant("compare_at"), Price.compare_at,
            constant("lowest_30_days"), lowest_before(),
        )
    )  # fmt: skip
    base = _newest(shown, currency, at).scalar_subquery()
    return func.coalesce(
        _first_listed(shown, currency, at, channel, location_id, null()).scalar_subquery(), base
    )


def _newest(what: Any, currency: Any, at: Any) -> Select[Any]:
    return (
        select(what)
        .where(
            Price.variant_id == Variant.id, Price.list_id.is_(None), Price.currency == currency,
            Price.min_quantity == ONE, Price.starts_at <= at,
        )
        .order_by(Price.starts_at.desc())
        .limit(ONE)
        .correlate_except(Price)
    )  # fmt: skip


def _first_listed(
    what: Any, currency: Any, at: Any, channel: Any, location_id: Any, group: Any
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
        .select_from(PriceList)
        .join(Price, Price.id == in_force)
        .where(
            PriceList.currency == currency,
            or_(PriceList.customer_group.is_(None), PriceList.customer_group == group),
            or_(PriceList.channel.is_(None), PriceList.channel == channel),
            or_(PriceList.location_id.is_(None), PriceList.location_id == location_id),
            Price.amount.is_not(None),
        )
        .order_by(PriceList.priority, PriceList.code)
        .limit(ONE)
        .correlate_except(PriceList, Price)
    )


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
