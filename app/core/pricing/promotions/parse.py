"""Reads promotions in their stored form. Pure.

A scope is {skus, products, categories, without}, each a list. Conditions have the keys of `CONDITION_FIELDS`;
times are ISO 8601 text without a zone, `hours` is [{days, since, until}]. A missing condition is no condition. A
date without a time includes the whole day: a promotion that ends on 2026-11-30 applies until midnight.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from app.core.pricing.engine.benefits import kinds
from app.core.pricing.engine.benefits.extras import Gift
from app.core.pricing.engine.benefits.multibuys import Bundle
from app.core.pricing.engine.conditions import Conditions, Hours
from app.core.pricing.engine.promotion import Promotion
from app.core.pricing.engine.scope import Scope

SCOPE_FIELDS = {
    "skus": "skus", "products": "products", "categories": "categories", "without": "without",
}  # fmt: skip
CONDITION_FIELDS = {
    "min_quantity": "min_quantity", "min_amount": "min_amount", "needs": "needs", "coupon": "coupon",
    "customer_groups": "customer_groups", "first_order": "first_order", "channels": "channels",
    "locations": "locations", "starts": "starts", "ends": "ends", "hours": "hours",
}  # fmt: skip
"""By the stored key, the field that holds it. The keys stay when a field gets another name."""
LATEST_NIGHT = time(8)
"""When hours past midnight end at the latest: a later end is a typing error."""
MAX_NAMES = 5000
"""SKUs, products and categories in one scope."""


def parse_promotion(row: Mapping[str, Any]) -> Promotion:
    """Return the promotion of a row. Raises KeyError, TypeError, ValueError for a row that is not valid."""
    return Promotion(
        code=row["code"],
        title=row["title"],
        benefit=kinds.make_benefit(row["kind"], row["terms"]),
        scopes=tuple(_scope(scope) for scope in row["scopes"]),
        conditions=_conditions(row["conditions"]),
        priority=row["priority"],
        exclusive=row["exclusive"],
        gift=row["gift_sku"],
    )


def problems(promotion: Promotion) -> Iterator[str]:
    """Yield why the promotion cannot work, in sentences that say what to do."""
    benefit, conditions = promotion.benefit, promotion.conditions
    yield from benefit.problems()
    wanted = len(benefit.quantities) if isinstance(benefit, Bundle) else type(benefit).scopes
    if len(promotion.scopes) != wanted:
        yield f"A promotion of kind {benefit.kind} has {wanted} scopes here, not {len(promotion.scopes)}."
    if isinstance(benefit, Gift) != (promotion.gift is not None):
        yield "gift_sku is for the kind gift, which requires it."
    if any(len([*scope.index_keys(), *scope.without]) > MAX_NAMES for scope in promotion.scopes):
        yield f"A scope names at most {MAX_NAMES} SKUs, products and categories: use a category."
    if conditions.starts and conditions.ends and conditions.ends <= conditions.starts:
        yield "ends is after starts."
    if conditions.min_quantity < 0 or conditions.min_amount < 0:
        yield "min_quantity and min_amount are 0 or more."


def _scope(facts: Mapping[str, Any]) -> Scope:
    _refuse_unknown("scope", facts, SCOPE_FIELDS)
    return Scope(**{SCOPE_FIELDS[key]: frozenset(values) for key, values in facts.items()})


def _conditions(facts: Mapping[str, Any]) -> Conditions:
    _refuse_unknown("condition", facts, CONDITION_FIELDS)
    return Conditions(
        **{CONDITION_FIELDS[key]: _condition(key, value) for key, value in facts.items()}
    )


def _refuse_unknown(noun: str, facts: Mapping[str, Any], known: Mapping[str, str]) -> None:
    """Raises ValueError."""
    if unknown := facts.keys() - known.keys():
        raise ValueError(f"There is no {noun} {', '.join(sorted(unknown))}.")


def _condition(key: str, value: Any) -> Any:
    if key in ("starts", "ends"):
        return _wall_clock(value, is_end=key == "ends") if value else None
    if key == "hours":
        return tuple(_hours(each) for each in value)
    if key == "needs":
        return _scope(value) if value else None
    return frozenset(value) if isinstance(value, list) else value


def _wall_clock(text: str, is_end: bool) -> datetime:
    with suppress(ValueError):
        day = datetime.combine(date.fromisoformat(text), time.min)
        return day + timedelta(days=1) if is_end else day
    moment = datetime.fromisoformat(text)
    _refuse_zone(moment)
    return moment


def _time(text: str) -> time:
    if text == "24:00":
        return time.min
    moment = time.fromisoformat(text)
    _refuse_zone(moment)
    return moment


def _refuse_zone(moment: datetime | time) -> None:
    """Raise ValueError for a time with a zone: it cannot be compared with a store's wall clock, which has none."""
    if moment.tzinfo:
        raise ValueError("Give times by the store's clock, without a zone: 2026-11-27T00:00.")


def _hours(facts: Mapping[str, Any]) -> Hours:
    since, until = _time(facts["since"]), _time(facts["until"])
    if until <= since and until > LATEST_NIGHT:
        raise ValueError(
            "Hours begin before they end, or last until 08:00 of the next day at most."
        )
    return Hours(frozenset(facts["days"]), since, until)
