"""Invariants, checked on the live database: their form, and those of the ground floor.

Each room has its own in `invariants.py`; `app/cli/check.py` runs them all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import event_chain

MAX_IDS = 5
"""The number of ids that a finding names."""


@dataclass(frozen=True)
class Invariant:
    id: str
    """As in docs/invariants.md: I1 to I22."""
    holds: str
    """A sentence that says what holds."""
    violations: Callable[[Session], Iterable[object]]
    """Return the ids of the rows that break it."""
    query: str = ""
    """The query that finds them, if one query does."""


@dataclass(frozen=True)
class Finding:
    id: str
    holds: str
    violations: int
    first: tuple[str, ...]


def check(session: Session, invariant: Invariant) -> Finding:
    found = iter(invariant.violations(session))
    first = [str(one) for one in islice(found, MAX_IDS)]
    return Finding(invariant.id, invariant.holds, len(first) + sum(1 for _ in found), tuple(first))


def by_query(id: str, holds: str, query: str) -> Invariant:
    """Return an invariant whose violations are the rows of one query. Their first column is the id."""
    return Invariant(id, holds, lambda session: session.scalars(text(query)), query)


INVARIANTS = (
    by_query(
        "I18",
        "no job waits for more than 2 minutes, and none has failed",
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
          AND NOT EXISTS (SELECT 1 FROM event_seals s WHERE s.event_id = e.id)
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
