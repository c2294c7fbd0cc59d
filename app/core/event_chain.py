"""Seals events: gives each committed one its position in every feed, and chains them by hash.

Writers insert events unchained, so that nobody waits for anybody. One sealer at a time follows them. It takes
events in the order of their transactions' ids and stops before the oldest transaction that still runs: nothing
can commit later and come before what is sealed, so a reader who has position n never misses anything below it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

from app.core.canonical import canonical
from app.core.events import Seal
from app.core.ports import ChainHead

BATCH = 2000
LOCK = 0x5EA1
CHANNEL = "sealed"
"""One NOTIFY per batch, with the last position, wakes the live pages."""
ORIGIN = bytes(32)

COLUMNS = (
    "id", "kind", "schema_version", "occurred_at", "actor_kind", "actor_id", "sales_channel", "contact_channel",
    "location_id", "device_id", "client_id", "customer_id", "order_id", "causation_id", "payload",
    "actor_role", "approved_by", "reason",
)  # fmt: skip
LATER = frozenset(("actor_role", "approved_by", "reason"))
"""Columns that came when there were chains already: they are hashed where they say something, so that what was
sealed without them is as it was."""


def seal(session: Session) -> int:
    """Seal up to one batch of committed events and commit; how many. 0 also when another sealer is at it."""
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}):
        session.rollback()
        return 0
    last = session.execute(_LAST).first()
    position, previous = (last.position, bytes(last.hash)) if last else (0, ORIGIN)
    sealed = []
    for row in _unsealed(session, restored=last is None or last.restored):
        position, previous = position + 1, link(previous, row)
        sealed.append({"position": position, "row_id": row["id"], "hash": previous})
    if sealed:
        session.execute(insert(Seal), sealed)
        session.execute(text(f"SELECT pg_notify('{CHANNEL}', :last)"), {"last": str(position)})
    session.commit()
    return len(sealed)


def _unsealed(session: Session, restored: bool) -> Sequence[RowMapping]:
    """The next batch. `restored`: the last sealed event, if any, was written in a cluster of before."""
    left_over = session.execute(_LEFT_OVER, {"batch": BATCH}).mappings().all() if restored else ()
    if len(left_over) == BATCH:
        return left_over
    return [*left_over, *session.execute(_UNSEALED, {"batch": BATCH}).mappings()]


def link(previous: bytes, row: RowMapping | Mapping[str, Any]) -> bytes:
    """The hash of a row that follows the row of hash `previous`."""
    told = {name: row[name] for name in COLUMNS if name not in LATER or row[name] is not None}
    return hashlib.sha256(previous + canonical(told)).digest()


def broken_links(session: Session) -> Iterator[str]:
    """Positions at which the chain does not hold: a row is missing, was changed, or the count has a gap."""
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
    """The end of the chain, None before the first event is sealed."""
    last = session.execute(_HEAD).first()
    return ChainHead(last.position, bytes(last.hash)) if last else None


def missing_heads(session: Session, heads: Iterable[ChainHead]) -> Iterator[str]:
    """Positions that a witness knows otherwise: the chain was cut off there, or written anew."""
    waiting = iter(heads)
    while some := list(islice(waiting, BATCH)):
        known = {"positions": [one.position for one in some]}
        found = {row.position: bytes(row.hash) for row in session.execute(_AT, known)}
        yield from (str(one.position) for one in some if found.get(one.position) != one.hash)


_HEAD = text("SELECT position, hash FROM seal ORDER BY position DESC LIMIT 1")
_AT = text("SELECT position, hash FROM seal WHERE position = ANY(:positions)")
_NAMES = ", ".join(f"e.{name}" for name in COLUMNS)
_LAST = text("""
    SELECT s.position, s.hash, e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) AS restored
    FROM seal s LEFT JOIN events e ON e.id = s.row_id ORDER BY s.position DESC LIMIT 1
""")
# A dump may hold events that nobody had sealed yet. Their transactions' ids lie in the future of the new cluster,
# which is how they are told from its own, and they are older than all of those.
_LEFT_OVER = text(f"""
    SELECT {_NAMES}
    FROM events e
    WHERE e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
      AND e.transaction_id >= coalesce((
          SELECT e.transaction_id FROM seal s JOIN events e ON e.id = s.row_id
          ORDER BY s.position DESC LIMIT 1), '0')
      AND NOT EXISTS (SELECT 1 FROM seal WHERE seal.row_id = e.id)
    ORDER BY e.transaction_id, e.id
    LIMIT :batch
""")  # noqa: S608 - constants of this file
# The last sealed event's transaction id is where to go on. After a restore by dump into a new cluster that id
# may lie in the future of the new one: then all of what is there is looked through.
_UNSEALED = text(f"""
    WITH snapshot AS (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest_running
    ), reached AS (
        SELECT coalesce(max(e.transaction_id::text::numeric), 0) AS id
        FROM (SELECT row_id FROM seal ORDER BY position DESC LIMIT 1) s JOIN events e ON e.id = s.row_id
    )
    SELECT {_NAMES}
    FROM events e, snapshot
    WHERE e.transaction_id < oldest_running
      AND e.transaction_id >= (
          SELECT CASE WHEN r.id < oldest_running::text::numeric THEN r.id ELSE 0 END::text::xid8 FROM reached r)
      AND NOT EXISTS (SELECT 1 FROM seal WHERE seal.row_id = e.id)
    ORDER BY e.transaction_id, e.id
    LIMIT :batch
""")  # noqa: S608 - constants of this file
_CHAIN = text(f"""
    SELECT s.position, s.hash, {_NAMES} FROM seal s LEFT JOIN events e ON e.id = s.row_id ORDER BY s.position
""")  # noqa: S608 - constants of this file
