"""Seals events: gives each committed event its position in every feed, and chains the events by hash.

Writers insert events unchained, so they do not wait for each other. One sealer at a time follows them. It takes
events in the order of their transactions' ids and stops before the oldest transaction that still runs. So no
transaction can commit an event later that belongs before a sealed one, and a client at position n never misses an
event below n.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from app.core.canonical import canonical
from app.core.events import EventSeal
from app.core.ports import ChainHead

BATCH = 2000
LOCK = 0x5EA1
CHANNEL = "sealed"
"""One NOTIFY for each batch, with the last position, wakes the live streams."""
ORIGIN = bytes(32)

COLUMNS = (
    "id", "kind", "schema_version", "occurred_at", "actor_kind", "actor_id", "sales_channel", "contact_channel",
    "location_id", "device_id", "client_id", "customer_id", "order_id", "causation_id", "payload",
    "actor_role", "approved_by", "reason",
)  # fmt: skip
HASHED_IF_SET = frozenset(("actor_role", "approved_by", "reason"))
"""Columns that were added when chains existed already. Only their values are hashed, so the hash of an event that
was sealed without them stays the same."""


def seal(session: Session) -> int:
    """Seal up to one batch of committed events and commit; return how many. 0 also if another sealer runs."""
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
        session.rollback()
        return 0
    last = session.execute(_LAST).first()
    position, previous = (last.position, bytes(last.hash)) if last else (0, ORIGIN)
    sealed = []
    for row in _unsealed(session, restored=last is None or last.restored):
        position, previous = position + 1, link(previous, row)
        sealed.append({"position": position, "event_id": row["id"], "hash": previous})
    if sealed:
        session.execute(insert(EventSeal), sealed)
        session.execute(text(f"SELECT pg_notify('{CHANNEL}', :last)"), {"last": str(position)})
    session.commit()
    return len(sealed)


def _unsealed(session: Session, restored: bool) -> Sequence[RowMapping]:
    """Return the next batch. `restored`: the last sealed event, if any, was written in an earlier cluster."""
    of_dump = (
        session.execute(_UNSEALED_OF_DUMP, {"batch": BATCH}).mappings().all() if restored else ()
    )
    if len(of_dump) == BATCH:
        return of_dump
    return [*of_dump, *session.execute(_UNSEALED, {"batch": BATCH}).mappings()]


def link(previous: bytes, row: RowMapping | Mapping[str, Any]) -> bytes:
    """Return the hash of a row that follows the row with the hash `previous`."""
    content = {
        name: row[name] for name in COLUMNS if name not in HASHED_IF_SET or row[name] is not None
    }
    return hashlib.sha256(previous + canonical(content)).digest()


def broken_links(session: Session) -> Iterator[str]:
    """Yield the positions where the chain is broken: a row is missing or changed, or the positions have a gap."""
    expected, previous = 1, ORIGIN
    rows = session.execute(_CHAIN.execution_options(yield_per=5000)).mappings()
    for row in rows:
        if (
            row["position"] != expected
            or row["id"] is None
            or link(previous, row) != bytes(row["hash"])
        ):
            yield str(row["position"])
        expected, previous = row["position"] + 1, bytes(row["hash"])


def head(session: Session) -> ChainHead | None:
    """Return the end of the chain; None before the first event is sealed."""
    last = session.execute(_HEAD).first()
    return ChainHead(last.position, bytes(last.hash)) if last else None


def missing_heads(session: Session, heads: Iterable[ChainHead]) -> Iterator[str]:
    """Yield the positions that a witness knows differently: the chain was cut off there, or rewritten."""
    waiting = iter(heads)
    while some := list(islice(waiting, BATCH)):
        known = {"positions": [one.position for one in some]}
        found = {row.position: bytes(row.hash) for row in session.execute(_AT, known)}
        yield from (str(one.position) for one in some if found.get(one.position) != one.hash)


_HEAD = text("SELECT position, hash FROM event_seals ORDER BY position DESC LIMIT 1")
_AT = text("SELECT position, hash FROM event_seals WHERE position = ANY(:positions)")
_NAMES = ", ".join(f"e.{name}" for name in COLUMNS)
_LAST = text("""
    SELECT s.position, s.hash, e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) AS restored
    FROM event_seals s LEFT JOIN events e ON e.id = s.event_id ORDER BY s.position DESC LIMIT 1
""")
# A dump may hold unsealed events. Their transaction ids are from the old cluster and higher than any id of the new
# one: that identifies them. They come first.
_UNSEALED_OF_DUMP = text(f"""
    SELECT {_NAMES}
    FROM events e
    WHERE e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
      AND e.transaction_id >= coalesce((
          SELECT e.transaction_id FROM event_seals s JOIN events e ON e.id = s.event_id
          ORDER BY s.position DESC LIMIT 1), '0')
      AND NOT EXISTS (SELECT 1 FROM event_seals WHERE event_seals.event_id = e.id)
    ORDER BY e.transaction_id, e.id
    LIMIT :batch
""")  # noqa: S608 - constants of this file
# Sealing continues at the transaction id of the last sealed event. After a restore by dump into a new cluster that
# id may be higher than any id of the new one: then all events are searched.
_UNSEALED = text(f"""
    WITH snapshot AS (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest_running
    ), reached AS (
        SELECT coalesce(max(e.transaction_id::text::numeric), 0) AS id
        FROM (SELECT event_id FROM event_seals ORDER BY position DESC LIMIT 1) s JOIN events e ON e.id = s.event_id
    )
    SELECT {_NAMES}
    FROM events e, snapshot
    WHERE e.transaction_id < oldest_running
      AND e.transaction_id >= (
          SELECT CASE WHEN r.id < oldest_running::text::numeric THEN r.id ELSE 0 END::text::xid8 FROM reached r)
      AND NOT EXISTS (SELECT 1 FROM event_seals WHERE event_seals.event_id = e.id)
    ORDER BY e.transaction_id, e.id
    LIMIT :batch
""")  # noqa: S608 - constants of this file
_CHAIN = text(f"""
    SELECT s.position, s.hash, {_NAMES} FROM event_seals s LEFT JOIN events e ON e.id = s.event_id ORDER BY
    s.position
""")  # noqa: S608 - constants of this file
