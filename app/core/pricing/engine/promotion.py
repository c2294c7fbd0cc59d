"""Rules that change prices, and the index that finds those a cart reaches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from app.core.pricing.engine.benefits import kinds
from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.cart_row import LineKey, charge_key
from app.core.pricing.engine.conditions import NO_CONDITIONS, Conditions, Context
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.scope import ALL_GOODS, Scope, index_keys_of


@dataclass(frozen=True)
class Promotion:
    code: str
    """What it is known by; it also orders promotions of one priority."""
    title: str
    """As the shopper reads it."""
    benefit: Benefit
    scopes: tuple[Scope, ...] = (ALL_GOODS,)
    conditions: Conditions = NO_CONDITIONS
    priority: int = 100
    """The smaller, the earlier."""
    exclusive: bool = False
    """Goes with no other promotion."""
    gift: str | None = None
    """SKU of what a Gift gives."""

    @property
    def sort_key(self) -> tuple[bool, int, str]:
        """Gifts come first, so that no other discount is taken from what is given."""
        return not isinstance(self.benefit, Gift), self.priority, self.code

    @cached_property
    def terms(self) -> Mapping[str, Any]:
        """Of the offer, as a quote's facts have them."""
        return kinds.terms_of(self.benefit)


class ApplicablePromotion(NamedTuple):
    promotion: Promotion
    groups: tuple[tuple[LineKey, ...], ...]
    """The lines that each scope of its offer is about."""


class Promotions:
    """Promotions, indexed by what they are about: a cart looks at those that its lines name, not at all."""

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        ranked = sorted(promotions, key=lambda promotion: promotion.sort_key)
        self._by_code = {promotion.code: promotion for promotion in ranked}
        self._rank = {code: rank for rank, code in enumerate(self._by_code)}
        self._behind_coupons = {p.code: p for p in ranked if p.conditions.coupon}
        self._index: dict[tuple[str, str], list[Promotion]] = {}
        for promotion in ranked:
            if not promotion.conditions.coupon:
                for key in dict.fromkeys(promotion.scopes[0].index_keys()):
                    self._index.setdefault(key, []).append(promotion)

    def applicable(
        self,
        items: Sequence[Item],
        charges: Sequence[Charge],
        gifts: Mapping[str, Item],
        context: Context,
    ) -> list[ApplicablePromotion]:
        """Those that apply to the cart, in the order in which they are taken."""
        if not self._by_code:
            return []
        names = {key for item in items for key in index_keys_of(item)}
        found = {p.code: p for key in names for p in self._index.get(key, ())}
        opened = (self._behind_coupons.get(code) for code in context.coupons)
        found |= {p.code: p for p in opened if p is not None}
        open_ones = (p for code, p in found.items() if code not in context.limit_reached)
        applying = [p for p in open_ones if p.conditions.are_met(context)]
        applying.sort(key=lambda p: self._rank[p.code])
        reached = (match(p, items, charges, gifts) for p in applying)
        return [one for one in reached if one is not None]

    def all(self) -> list[Promotion]:
        return list(self._by_code.values())

    def any_for_first_order(self, codes: Iterable[str]) -> bool:
        """Whether one of these is for a person's first order only."""
        return any(self._by_code[code].conditions.first_order for code in codes)

    def any_for_locations(self, codes: Iterable[str]) -> bool:
        """Whether one of these holds at some locations only."""
        return any(self._by_code[code].conditions.locations for code in codes)


def match(
    promotion: Promotion,
    items: Sequence[Item],
    charges: Sequence[Charge],
    gifts: Mapping[str, Item],
) -> ApplicablePromotion | None:
    """The lines that a promotion is about; None where the cart does not fulfil its conditions."""
    in_scopes = [[item for item in items if scope.contains(item)] for scope in promotion.scopes]
    if not all(in_scopes) or not promotion.conditions.are_met_by_cart(in_scopes[0], items):
        return None
    if promotion.gift:
        gift = gifts.get(promotion.gift)
        return ApplicablePromotion(promotion, ((gift.key,),)) if gift else None
    if isinstance(promotion.benefit, FreeDelivery):
        delivery = tuple(charge_key(c.code) for c in charges if c.code == "delivery")
        return ApplicablePromotion(promotion, (delivery,)) if delivery else None
    return ApplicablePromotion(
        promotion, tuple(tuple(item.key for item in group) for group in in_scopes)
    )


NO_PROMOTIONS = Promotions(())
