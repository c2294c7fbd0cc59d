from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.catalogue.models import Product, Variant
from app.core.errors import Conflict, Invalid
from app.core.pricing import local_price_approval, rules
from app.core.pricing.engine.promotion import Promotion
from app.core.pricing.events import PROMOTION_CREATED
from app.core.pricing.promotions import parse
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreatePromotion:
    """`terms`, `scopes` and `conditions` are as `reading` takes them."""

    code: str
    title: str
    kind: str
    currency: str
    """Of its amounts, and of the carts that it is for."""
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
        """As the table and the sealed event keep it. The keys stay when a field gets another name."""
        return {
            "code": self.code, "title": self.title, "kind": self.kind, "currency": self.currency,
            "terms": dict(self.terms), "scopes": [dict(scope) for scope in self.scopes],
            "conditions": dict(self.conditions), "priority": self.priority, "exclusive": self.exclusive,
            "gift_sku": self.gift_sku, "uses_limit": self.uses_limit, "per_person": self.limit_per_customer,
            "reason": self.reason, "approved_by": self.approved_by,
        }  # fmt: skip


def create_promotion(tx: Transaction, command: CreatePromotion) -> str:
    """Create a promotion, in force as its conditions say; its code.

    Raises Invalid where it could not work, could pay the shopper, or differs by channel or location without a
    reason and an approver; Conflict (promotion_code_taken).
    """
    promotion = engine_promotion(command)
    _check_names(tx, promotion)
    conditions = promotion.conditions
    local_price_approval.require_approval(
        tx, conditions.channels, conditions.locations, command.reason, command.approved_by
    )
    rules.bump_version(tx)  # from here on, other changes wait
    if tx.session.scalar(_TAKEN, {"code": command.code}):
        raise Conflict(
            f"There is a promotion {command.code} already: choose another code.",
            code="promotion_code_taken",
        )
    row = command.row
    event_id = tx.record(PROMOTION_CREATED, row)
    tx.insert("promotions", **row, uses=0, created_at=tx.now, event_id=event_id)
    return command.code


def engine_promotion(command: CreatePromotion) -> Promotion:
    """As the engine takes it. Raises Invalid."""
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


def _check_names(tx: Transaction, promotion: Promotion) -> None:
    """Raises Invalid for a SKU or product that there is not: more often a slip than a plan."""
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


def _unknown(tx: Transaction, column: Any, names: set[str]) -> list[str]:
    if not names:
        return []
    wanted = literal(sorted(names), ARRAY(Text))
    return sorted(names - set(tx.session.scalars(select(column).where(column == any_(wanted)))))


_TAKEN = text("SELECT 1 FROM promotions WHERE code = :code")
