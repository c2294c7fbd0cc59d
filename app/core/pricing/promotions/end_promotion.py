from dataclasses import dataclass

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.pricing import rules
from app.core.pricing.events import PROMOTION_DEACTIVATED
from app.core.transaction import Transaction


@dataclass(frozen=True)
class DeactivatePromotion:
    code: str


def deactivate_promotion(tx: Transaction, command: DeactivatePromotion) -> str:
    """Let a promotion hold for no new quote; its code. Again changes nothing. Raises NotFound."""
    rules.bump_version(tx)
    ended = tx.session.execute(_END, {"code": command.code, "now": tx.now}).first()
    if ended is None:
        raise NotFound(f"There is no promotion {command.code}: look for it in /promotions.")
    if ended.is_new:
        tx.record(PROMOTION_DEACTIVATED, {"code": command.code})
    return command.code


_END = text("""
    UPDATE promotions SET ended_at = coalesce(promotions.ended_at, :now)
    FROM (SELECT id, ended_at IS NULL AS is_new FROM promotions WHERE code = :code) AS before
    WHERE promotions.id = before.id RETURNING before.is_new
""")
