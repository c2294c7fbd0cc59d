"""Rules that change prices, and the index that finds those that apply to a cart."""

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
    """Identifies it, and orders promotions of the same priority."""
    title: str
    """As shoppers read it."""
    benefit: Benefit
    scopes: tuple[Scope, ...] = (ALL_GOODS,)
    conditions: Conditions = NO_CONDITIONS
    priority: int = 100
    """The smallest number applies first."""
    exclusive: bool = False
    """Combines with no other promotion."""
    gift: str | None = None
    """SKU of the item that a Gift adds."""

    @property
    def sort_key(self) -> tuple[bool, int, str]:
        """Gifts come first, so that no other discount is subtracted from a gift."""
        return not isinstance(self.benefit, Gift), self.priority, self.code

    @cached_property
    def terms(self) -> Mapping[str, Any]:
        """The terms of the benefit, as the facts of a quote store them."""
        return kinds.terms_of(self.benefit)


class ApplicablePromotion(NamedTuple):
    promotion: Promotion
    groups: tuple[tuple[LineKey, ...], ...]
    """The lines in each scope."""


class Promotions:
    """Promotions, indexed by the goods in their scopes: a cart visits those that its lines name, not all."""

    def __init__(self, promotions: Iterable[Promotion]) -> None:
        ranked = sorted(promotions, key=lambda promotion: promotion.sort_key)
        self._by_code = {promotion.code: promotion for promotion in ranked}
        self._rank = {code: rank for rank, code in enumerate(self._by_code)}
        self._with_coupon = {p.code: p for p in ranked if p.conditions.coupon}
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
        """Return the promotions that apply to the cart, in the order in which they apply."""
        if not self._by_code:
            return []
        keys = {key for item in items for key in index_keys_of(item)}
        found = {p.code: p for key in keys for p in self._index.get(key, ())}
        opened = (self._with_coupon.get(code) for code in context.coupons)
        found |= {p.code: p for p in opened if p is not None}
        with_redemptions = (p for code, p in found.items() if code not in context.limit_reached)
        candidates = [p for p in with_redemptions if p.conditions.are_met(context)]
        candidates.sort(key=lambda p: self._rank[p.code])
        matches = (match(p, items, charges, gifts) for p in candidates)
        return [one for one in matches if one is not None]

    def all(self) -> list[Promotion]:
        return list(self._by_code.values())

    def any_for_first_order(self, codes: Iterable[str]) -> bool:
        """Return whether one of these promotions is only for a customer's first order."""
        return any(self._by_code[code].conditions.first_order for code in codes)

    def any_for_locations(self, codes: Iterable[str]) -> bool:
        """Return whether one of these promotions holds at some locations only."""
        return any(self._by_code[code].conditions.locations for code in codes)


def match(
    promotion: Promotion,
    items: Sequence[Item],
    charges: Sequence[Charge],
    gifts: Mapping[str, Item],
) -> ApplicablePromotion | None:
    """Return the promotion with the lines in its scopes; None if the cart does not meet its conditions."""
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
