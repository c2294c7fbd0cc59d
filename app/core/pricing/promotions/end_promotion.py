from dataclasses import dataclass

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.pricing import rules
from app.core.transaction import Transaction


@dataclass(frozen=True)
class EndPromotion:
    code: str


def end_promotion(tx: Transaction, command: EndPromotion) -> str:
    """Let a promotion hold for no new quote; its code. Again changes nothing. Raises NotFound."""
    rules.change(tx)
    was_active = tx.session.execute(_END, {"code": command.code}).first()
    if was_active is None:
        raise NotFound(f"There is no promotion {command.code}: look for it in /promotions.")
    if was_active.active:
        tx.record("promotion.ended", {"code": command.code})
    return command.code


_END = text("""
    UPDATE promotions SET active = false FROM (SELECT id, active FROM promotions WHERE code = :code) AS before
    WHERE promotions.id = before.id RETURNING before.active
""")
