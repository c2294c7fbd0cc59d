"""All kinds of events that the rooms declare. The wiring collects them."""

from collections.abc import Callable, Collection, Iterable
from types import ModuleType

from app.core.event_kinds import AUDIENCES, Audience, EventKind


def kinds_in(module: ModuleType) -> list[EventKind]:
    """Return the kinds that an `events.py` declares."""
    return [value for value in vars(module).values() if isinstance(value, EventKind)]


class EventRegistry:
    """The kinds by name. Raises ValueError if two rooms declare the same name."""

    def __init__(self, *rooms: Iterable[EventKind]) -> None:
        self.kinds: dict[str, EventKind] = {}
        for kind in (kind for room in rooms for kind in room):
            if kind.name in self.kinds:
                raise ValueError(f"Two rooms declare {kind.name}. Declare it in the lower one.")
            self.kinds[kind.name] = kind

    def visible_to(
        self, audience: Audience, groups: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Return the names of the kinds that this audience may see, sorted.

        With groups, only those kinds whose names begin with one of them: "order" for order.placed.
        """
        rank = AUDIENCES.index(audience)
        return self._names(
            lambda kind: (
                AUDIENCES.index(kind.audience) <= rank and (groups is None or kind.group in groups)
            )
        )

    def about(self, subject: str) -> tuple[str, ...]:
        """Return the names of the kinds that the audit log lists with this subject, sorted."""
        return self._names(lambda kind: subject in kind.subjects)

    def audited(self) -> tuple[str, ...]:
        """Return the names of all kinds that the audit log lists, sorted."""
        return self._names(lambda kind: bool(kind.subjects))

    def _names(self, wanted: Callable[[EventKind], bool]) -> tuple[str, ...]:
        return tuple(sorted(name for name, kind in self.kinds.items() if wanted(kind)))
