"""All kinds of benefits by name, and their conversion from and to JSON."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args, get_origin

from app.core.pricing.engine.benefits.amounts import Amount, FixedPrice, Percentage, Tiers
from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.benefits.multibuys import Bundle, BuyGet, CheapestFree

KINDS: dict[str, type[Benefit]] = {
    benefit.kind: benefit
    for benefit in (
        Percentage, Amount, FixedPrice, BuyGet, CheapestFree, Bundle, Tiers, Gift, FreeDelivery,
    )
}  # fmt: skip


MAX_TERM = 10**12
"""The largest value of a term. A larger one is a typing error, and JSON would write it as a decimal number."""


def make_benefit(kind: str, terms: Mapping[str, Any]) -> Benefit:
    """Return the benefit of a kind with terms as JSON has them.

    Raises KeyError for an unknown kind. Raises TypeError for an unknown or missing term, and for a term that is
    not of its field's type: half a penny would fail in each cart that the benefit reaches.
    """
    wanted = KINDS[kind]
    known = wanted.term_fields
    if unknown := terms.keys() - known.keys():
        raise TypeError(f"There is no term {', '.join(sorted(unknown))}.")
    benefit = wanted(**{known[key]: _as_tuples(value) for key, value in terms.items()})
    types = {field.name: field.type for field in fields(benefit)}  # type: ignore[arg-type]  # all kinds are dataclasses
    for key, name in known.items():
        value = getattr(benefit, name)
        if not _fits(value, types[name]):
            raise TypeError(f"{key} cannot be {_as_lists(value)!r:.60}.")
    return benefit


def terms_of(benefit: Benefit) -> dict[str, Any]:
    """Return the terms from which `make_benefit` makes this benefit."""
    return {key: _as_lists(getattr(benefit, name)) for key, name in benefit.term_fields.items()}


def _fits(value: Any, wanted: Any) -> bool:
    """Return whether the value is an int, a bool, or a tuple of them. A bool is no number here."""
    if get_origin(wanted) is tuple:
        parts = get_args(wanted)
        if not isinstance(value, tuple):
            return False
        if parts[-1] is Ellipsis:
            return all(_fits(one, parts[0]) for one in value)
        return len(value) == len(parts) and all(map(_fits, value, parts))
    return type(value) is wanted and (wanted is bool or abs(value) <= MAX_TERM)


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(item) for item in value) if isinstance(value, list) else value


def _as_lists(value: Any) -> Any:
    return [_as_lists(item) for item in value] if isinstance(value, tuple) else value
