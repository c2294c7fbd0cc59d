"""Event kinds as constants: each room declares the kinds that it records in its `events.py`. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Audience = Literal["shopper", "staff", "merchant"]
"""Who may see an event. Each audience sees what the ones before it see: shopper, then staff, then merchant."""

AUDIENCES: tuple[Audience, ...] = ("shopper", "staff", "merchant")

SUBJECTS = ("money", "stock", "price", "role", "customer")
"""What a change of the audit log can be about."""


@dataclass(frozen=True)
class EventKind:
    """What can happen. Kinds and payload fields are hashed and sealed, so they never change in a released shop."""

    name: str
    """A noun and a verb in the past: order.placed."""
    payload: frozenset[str]
    """The fields that each event of this kind has."""
    optional: frozenset[str]
    """The fields that some events of this kind have."""
    subjects: frozenset[str]
    """Some of SUBJECTS: the audit log lists this kind with each of them. Without one, it does not list it."""
    audience: Audience
    """The widest audience. It sees the whole payload: a field that it must not see makes another kind."""

    @property
    def group(self) -> str:
        """The noun of the name."""
        return self.name.partition(".")[0]

    def __post_init__(self) -> None:
        if unknown := self.subjects.difference(SUBJECTS):
            raise ValueError(f"{self.name}: {sorted(unknown)} are not among SUBJECTS.")

    def check(self, payload: Collection[str]) -> None:
        """Raise ValueError if a declared field is missing, or if a field is not declared."""
        missing = self.payload.difference(payload)
        unknown = set(payload) - self.payload - self.optional
        if missing or unknown:
            raise ValueError(
                f"{self.name}: the payload lacks {sorted(missing)} and has undeclared {sorted(unknown)}. "
                "Declare the fields in the events.py of the room."
            )


def event(
    name: str,
    payload: str = "",
    optional: str = "",
    subjects: str = "",
    audience: Audience = "merchant",
) -> EventKind:
    """Declare a kind. `payload`, `optional` and `subjects` are words separated by spaces.

    A kind is for the merchant only, unless it says otherwise.
    """
    return EventKind(
        name,
        frozenset(payload.split()),
        frozenset(optional.split()),
        frozenset(subjects.split()),
        audience,
    )
