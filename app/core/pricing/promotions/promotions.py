"""Promotions, as merchants create and deactivate them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Text

from app.core.catalogue.models import Product, Variant
from app.core.errors import Conflict, Invalid, NotFound
from app.core.pricing import local_price_approval, models, rules
from app.core.pricing.engine.promotion import Promotion
from app.core.pricing.events import PROMOTION_CREATED, PROMOTION_DEACTIVATED
from app.core.pricing.promotions import parse
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreatePromotion:
    """`terms`, `scopes` and `conditions` have the form that `parse` reads."""

    code: str
    title: str
    kind: str
    currency: str
    """Of its amounts, and of the carts that it applies to."""
    terms: Mapping[str, Any]
    scopes: Sequence[Mapping[str, Any]] = ({},)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 100
    exclusive: bool = False
    gift_sku: str | None = None
    uses_limit: int | None = None
    limit_per_customer: int | None = None
    reason: str = ""
    approved_by: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """As the table and the sealed event store it. The keys stay when a field gets another name."""
        return {
            "code": self.code, "title": self.title, "kind": self.kind, "currency": self.currency,
            "terms": dict(self.terms), "scopes": [dict(scope) for scope in self.scopes],
            "conditions": dict(self.conditions), "priority": self.priority, "exclusive": self.exclusive,
            "gift_sku": self.gift_sku, "uses_limit": self.uses_limit,
            "limit_per_customer": self.limit_per_customer, "reason": self.reason, "approved_by": self.approved_by,
        }  # fmt: skip


@dataclass(frozen=True)
class DeactivatePromotion:
    code: str


def create_promotion(tx: Transaction, command: CreatePromotion) -> str:
    """Create a promotion and return its code. It is in force as its conditions say.

    Raises Invalid if it could not work, could pay the shopper, or differs by channel or location without a reason
    and an approver. Raises Conflict (promotion_code_taken).
    """
    promotion = engine_promotion(command)
    _require_known_names(tx, promotion)
    conditions = promotion.conditions
    local_price_approval.require_approval(
        tx, conditions.channels, conditions.locations, command.reason, command.approved_by
    )
    rules.bump_version(tx)  # other changes wait from here on
    found = select(models.Promotion.id).where(models.Promotion.code == command.code)
    if tx.session.scalar(found) is not None:
        raise Conflict(
            f"There is a promotion {command.code} already: choose another code.",
            code="promotion_code_taken",
        )
    row = command.row
    event_id = tx.record(PROMOTION_CREATED, row)
    tx.insert(models.Promotion, **row, redemption_count=0, created_at=tx.now, event_id=event_id)
    return command.code


def deactivate_promotion(tx: Transaction, command: DeactivatePromotion) -> str:
    """Let a promotion apply to no new quote, and return its code. A repeated call changes nothing. Raises
    NotFound."""
    rules.bump_version(tx)
    row = tx.session.execute(_DEACTIVATE, {"code": command.code, "now": tx.now}).first()
    if row is None:
        raise NotFound(f"There is no promotion {command.code}: see /promotions.")
    if row.was_active:
        tx.record(PROMOTION_DEACTIVATED, {"code": command.code})
    return command.code


def engine_promotion(command: CreatePromotion) -> Promotion:
    """Return the promotion in the form that the engine takes. Raises Invalid."""
    try:
        promotion = parse.parse_promotion(command.row)
        problems = list(parse.problems(promotion))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(
            f"A promotion of kind {command.kind} cannot be read from this: {error}",
            terms=["Compare with the example of this kind in the documentation."],
        ) from error
    if problems:
        raise Invalid(" ".join(problems), terms=problems)
    return promotion


def _require_known_names(tx: Transaction, promotion: Promotion) -> None:
    """Raise Invalid for a SKU or a product that the catalogue does not have: most often it is a typing error."""
    scopes = [
        *promotion.scopes,
        *([promotion.conditions.needs] if promotion.conditions.needs else []),
    ]
    skus = {sku for scope in scopes for sku in scope.skus | scope.without}
    skus |= {promotion.gift} if promotion.gift else set()
    handles = {handle for scope in scopes for handle in scope.products}
    unknown = _unknown(tx, Variant.sku, skus) + _unknown(tx, Product.handle, handles)
    if unknown:
        names = ", ".join(unknown[:10])
        raise Invalid(f"The catalogue does not have {names}: correct it.", scopes=unknown[:10])


def _unknown(tx: Transaction, column: InstrumentedAttribute[str], names: set[str]) -> list[str]:
    if not names:
        return []
    wanted = literal(sorted(names), ARRAY(Text))
    return sorted(names - set(tx.session.scalars(select(column).where(column == any_(wanted)))))


_DEACTIVATE = text("""
    UPDATE promotions SET deactivated_at = coalesce(promotions.deactivated_at, :now)
    FROM (SELECT id, deactivated_at IS NULL AS was_active FROM promotions WHERE code = :code) AS before
    WHERE promotions.id = before.id RETURNING before.was_active
""")
