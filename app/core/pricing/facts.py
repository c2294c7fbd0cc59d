"""Loads what the engine needs: as columns that other rooms put into their own one query."""

from typing import Any

from sqlalchemy import ScalarSelect, func, select

from app.core.catalogue.models import Variant
from app.core.model import constant
from app.core.pricing.models import Price


def price_in_force(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The amount of the newest price row of the enclosing query's Variant that has started; NULL if none has."""
    return _in_force(Price.amount, currency, at)


def price_shown(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The same as JSON: {amount, currency}."""
    shown = func.json_build_object(
        constant("amount"), Price.amount, constant("currency"), Price.currency
    )
    return _in_force(shown, currency, at)


def _in_force(what: Any, currency: Any, at: Any) -> ScalarSelect[Any]:
    return (
        select(what)
        .where(Price.variant_id == Variant.id, Price.currency == currency, Price.starts_at <= at)
        .order_by(Price.starts_at.desc())
        .limit(1)
        .correlate_except(Price)
        .scalar_subquery()
    )
