"""A manager's approval of what staff may not do alone: number and PIN of the manager, sent with the action."""

from dataclasses import dataclass, field, replace
from functools import wraps

from app.core.access.permissions import ALLOWED, store_mark
from app.core.access.staff import pins
from app.core.errors import ApprovalNeeded, DomainError, Forbidden
from app.core.transaction import Command, CommittedRefusal, Result, Transaction, UseCase

REASONS = ("came_late", "recount", "damaged", "mistake", "goodwill", "other")
"""Words, not free text, because an event is sealed for good and must not name a person."""


@dataclass(frozen=True)
class Approval:
    number: str
    reason: str
    """One of REASONS."""
    pin: str = field(repr=False)


def with_approval(
    use_case: UseCase[Command, Result], permission: str, approval: Approval | None, needed: bool
) -> UseCase[Command, Result]:
    """Return the use case, run as the caller and recorded as approved by the manager.

    Raises ApprovalNeeded if an approval is needed and missing. A wrong PIN, or the PIN of a person without
    the permission, is a returned refusal, and nothing else happens.
    """

    @wraps(use_case)
    def approved(tx: Transaction, command: Command) -> Result | CommittedRefusal[Result]:
        if approval is None:
            if needed:
                raise ApprovalNeeded("Ask a manager of the store to enter number and PIN.")
            return use_case(tx, command)
        manager = pins.verify(tx, approval.number, approval.pin)
        if isinstance(manager, DomainError):
            return CommittedRefusal(manager)
        if store_mark(manager.role, permission) != ALLOWED:
            return CommittedRefusal(
                Forbidden(f"A {manager.role} cannot approve this: ask a manager.")
            )
        tx.actor = replace(tx.actor, approved_by=manager.id, reason=approval.reason)
        return use_case(tx, command)

    return approved
