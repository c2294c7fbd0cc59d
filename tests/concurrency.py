"""Run work at the same time, on threads of its own, over connections of its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, NullPool, create_engine, text
from werkzeug.test import TestResponse

R = TypeVar("R")

PATIENCE = 20.0
"""The longest time that a test waits for a rival, in seconds."""


@contextmanager
def meanwhile(work: Callable[[], R]) -> Iterator[Future[R]]:
    """Do the work beside the block, and wait for it at the block's end."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do the works at the same time; return what each of them returned or raised."""
    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(work) for work in works]
    return [_outcome(future) for future in futures]


def answers_at_once(*asks: Callable[[], TestResponse]) -> list[TestResponse]:
    """Return the responses of a shop with few connections: a client that gets 503 retries."""

    def insist(ask: Callable[[], TestResponse]) -> TestResponse:
        deadline = time.monotonic() + PATIENCE
        while (answer := ask()).status_code == 503 and time.monotonic() < deadline:
            time.sleep(0.05)
        return answer

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(insist, asks))


def _outcome(future: Future[Any]) -> Any:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Exception):
        return error
    raise error


def wait_for_a_lock(engine: Engine, waiting: int = 1) -> None:
    """Wait until so many connections of this database wait for a lock."""
    wait_until(lambda: waiting_for_locks(engine) >= waiting, f"{waiting} to wait for a lock")


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {PATIENCE} s for {what}.")
        time.sleep(0.01)


def waiting_for_locks(engine: Engine) -> int:
    """Return how many connections of this database wait for a lock."""
    with engine.connect() as connection:
        return int(connection.scalar(_WAITING) or 0)


def deadlocks(engine: Engine) -> int:
    """Return how many deadlocks PostgreSQL counted in this database, before any retry of ours."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        return int(connection.scalar(_DEADLOCKS) or 0)


_DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
_WAITING = text("""
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
""")


def wait_for_other_databases(engine: Engine, patience: float = 1) -> None:
    """Wait some seconds at most until no transaction of another database is older than this moment.

    Transaction ids belong to the whole server, so the sealer waits for the tests that run beside this one.
    """
    deadline = time.monotonic() + patience
    with _observer(engine.url).connect() as connection:
        now = connection.scalar(
            text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        )
        while connection.scalar(_OLDER_ELSEWHERE, {"now": now}) and time.monotonic() < deadline:
            time.sleep(0.01)


@cache
def _observer(url: URL) -> Engine:
    """An engine of its own, so that no test counts or explains these statements."""
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


_OLDER_ELSEWHERE = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname <> current_database() AND backend_xid::text::bigint < :now
""")
