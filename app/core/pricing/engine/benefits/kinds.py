"""All kinds of offers, by name, and as JSON."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args, get_origin

from app.core.pricing.engine.benefits.amounts import Amount, FixedPrice, Percentage, Tiers
from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.benefits.multibuys import Bundle, BuyGet, CheapestFree

KINDS: dict[str, type[Benefit]] = {
    offer.kind: offer
    for offer in (
        Percentage, Amount, FixedPrice, BuyGet, CheapestFree, Bundle, Tiers, Gift, FreeDelivery,
    )
}  # fmt: skip


MAX_TERM = 10**12
"""In any term. What is larger is a slip of the pen, and JSON would tell it as a decimal number."""


def make_benefit(kind: str, terms: Mapping[str, Any]) -> Benefit:
    """The offer of a kind with terms as JSON has them. Raises KeyError, TypeError for what there is not, and for
    terms that are not of their field's type: half a penny would fail in each cart that the offer reaches."""
    wanted = KINDS[kind]
    known = wanted.term_fields
    if unknown := terms.keys() - known.keys():
        raise TypeError(f"There is no term {', '.join(sorted(unknown))}.")
    offer = wanted(**{known[key]: _frozen(value) for key, value in terms.items()})
    types = {field.name: field.type for field in fields(offer)}  # type: ignore[arg-type]  # all kinds are dataclasses
    for key, name in known.items():
        value = getattr(offer, name)
        if not _fits(value, types[name]):
            raise TypeError(f"{key} cannot be {_plain(value)!r:.60}.")
    return offer


def terms_of(offer: Benefit) -> dict[str, Any]:
    """What `make` makes it of."""
    return {key: _plain(getattr(offer, name)) for key, name in offer.term_fields.items()}


def _fits(value: Any, wanted: Any) -> bool:
    """Whether it is an int, a bool, or a tuple of such; a bool is no number here."""
    if get_origin(wanted) is tuple:
        parts = get_args(wanted)
        if not isinstance(value, tuple):
            return False
        if parts[-1] is Ellipsis:
            return all(_fits(one, parts[0]) for one in value)
        return len(value) == len(parts) and all(map(_fits, value, parts))
    return type(value) is wanted and (wanted is bool or abs(value) <= MAX_TERM)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
