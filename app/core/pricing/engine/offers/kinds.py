"""All kinds of offers, by name, and as JSON."""

from collections.abc import Mapping
from typing import Any

from app.core.pricing.engine.offers.amounts import Amount, FixedPrice, Percentage, Tiers
from app.core.pricing.engine.offers.extras import FreeDelivery, Gift
from app.core.pricing.engine.offers.offer import Offer
from app.core.pricing.engine.offers.sets import Bundle, BuyGet, CheapestFree

KINDS: dict[str, type[Offer]] = {
    offer.kind: offer
    for offer in (
        Percentage, Amount, FixedPrice, BuyGet, CheapestFree, Bundle, Tiers, Gift, FreeDelivery,
    )
}  # fmt: skip


def make(kind: str, terms: Mapping[str, Any]) -> Offer:
    """The offer of a kind with terms as JSON has them. Raises KeyError, TypeError for what there is not."""
    return KINDS[kind](**{name: _frozen(value) for name, value in terms.items()})


def terms_of(offer: Offer) -> dict[str, Any]:
    """What `make` makes it of."""
    return {name: _plain(value) for name, value in vars(offer).items()}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
