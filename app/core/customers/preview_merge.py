from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.customers import queries
from app.core.errors import Invalid
from app.core.transaction import Transaction


@dataclass(frozen=True)
class PreviewMerge:
    customer_id: UUID
    merged_id: UUID


def preview_merge(tx: Transaction, command: PreviewMerge) -> dict[str, Any]:
    """Both as they are, and the one that they would be: {stays, merged, result, differs}. Nothing is changed, but
    that somebody looked is an event of each. Raises NotFound, Invalid for two parts of one person."""
    both = [
        tx.session.execute(_PERSON, {"customer_id": id}).mappings().all()
        for id in (command.customer_id, command.merged_id)
    ]
    stays, merged = (queries.combine(rows) for rows in both)
    if stays["id"] == merged["id"]:
        raise Invalid("These are one already: name two.", customer=["the same person"])
    for one in (stays, merged):
        tx.record("customer.viewed", {"what": "merge"}, customer_id=one["id"])
    return {
        "stays": stays,
        "merged": merged,
        "result": queries.combine([*both[0], *both[1]]),
        "differs": [name for name in queries.SINGLE if _differ(stays[name], merged[name])],
    }


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


_PERSON = text(queries.PERSON)
