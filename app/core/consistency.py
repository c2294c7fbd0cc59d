"""The invariants, checked on the live database: what one looks like, and those of the ground floor.

Each room keeps its own in `invariants.py`; `app/cli/check.py` runs them all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import event_chain

SHOWN = 5
"""How many offending ids a finding names."""


@dataclass(frozen=True)
class Invariant:
    id: str
    """As in docs/invariants.md: I1 to I22."""
    holds: str
    """What holds, in words."""
    violations: Callable[[Session], Iterable[object]]
    """The ids of what breaks it."""
    query: str = ""
    """What gives them, where one query does."""


@dataclass(frozen=True)
class Finding:
    id: str
    holds: str
    violations: int
    first: tuple[str, ...]


def check(session: Session, invariant: Invariant) -> Finding:
    found = iter(invariant.violations(session))
    first = [str(one) for one in islice(found, SHOWN)]
    return Finding(invariant.id, invariant.holds, len(first) + sum(1 for _ in found), tuple(first))


def by_query(id: str, holds: str, query: str) -> Invariant:
    """An invariant whose violations are the rows of one query, told by their first column."""
    return Invariant(id, holds, lambda session: session.scalars(text(query)), query)


INVARIANTS = (
    by_query(
        "I18",
        "no side effect waits for more than 2 minutes, none has failed",
        """
        SELECT 'job ' || j.id FROM procrastinate_jobs j
        WHERE j.status IN ('failed', 'aborted') OR (
            j.status IN ('todo', 'doing') AND coalesce(
                j.scheduled_at, (SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id), '-infinity'
            ) < now() - interval '2 minutes')
        """,
    ),
    Invariant("I20", "the sealed chain of events is unbroken", event_chain.broken_links),
    by_query(
        "I20",
        "no event stays unsealed for more than 2 minutes",
        """
        SELECT e.id FROM events e
        WHERE e.recorded_at < now() - interval '2 minutes'
          AND NOT EXISTS (SELECT 1 FROM seal s WHERE s.row_id = e.id)
        """,
    ),
    by_query(
        "I20",
        "every change of money, stock and price has its event",
        """
        SELECT 'movement ' || m.id FROM stock_movements m
        WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = m.event_id)
        UNION ALL
        SELECT 'payment event ' || p.id FROM payment_events p
        WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = p.event_id)
        UNION ALL
        SELECT 'price ' || p.id FROM prices p WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.id = p.event_id)
        """,
    ),
)
