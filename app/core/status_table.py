"""The statuses of one kind of record and the moves between them, as a literal table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StatusTable:
    """Statuses with their allowed moves. A table with a mistake raises ValueError at its import.

    A forbidden move is a programming error, never a refusal to a caller: rules refuse before they move.
    """

    name: str
    initial: tuple[str, ...]
    """The statuses that a new record can have."""
    moves: Mapping[str, frozenset[str]]
    """The next statuses by status; an empty set for a final one."""

    def __post_init__(self) -> None:
        named = set(self.initial).union(*self.moves.values())
        if unknown := named - self.moves.keys():
            raise ValueError(f"{self.name}: {sorted(unknown)} have no line in the table. Add them.")
        reachable = set(self.initial).union(*(self._reachable(first) for first in self.initial))
        if unreachable := self.moves.keys() - reachable:
            raise ValueError(
                f"{self.name}: no move leads to {sorted(unreachable)}. Remove them or make them initial."
            )

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(self.moves)

    def allows(self, before: str, after: str) -> bool:
        return after in self.moves[before]

    def move(self, before: str, after: str) -> str:
        """Return `after`. Raises ValueError if the table does not allow the move."""
        if not self.allows(before, after):
            raise ValueError(f"{self.name}: no move from {before} to {after}.")
        return after

    def furthest(self, ours: str, theirs: str) -> str:
        """Return `theirs` if moves lead to it from `ours`, otherwise `ours`.

        So old news does not move a record back.
        """
        return theirs if theirs in self._reachable(ours) else ours

    def _reachable(self, status: str) -> set[str]:
        """Return every status that one move or more lead to."""
        reached: set[str] = set()
        waiting = [status]
        while waiting:
            following = self.moves[waiting.pop()] - reached
            reached |= following
            waiting += following
        return reached
