"""Dying in the middle of something, within the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


class Crash(BaseException):
    """As by kill -9: nothing of ours runs any more."""


@contextmanager
def crash_all(engine: Engine) -> Iterator[None]:
    """Each commit from now on crashes before the database hears of it, and closes its connection."""

    def die(connection: Connection) -> None:
        connection.invalidate()
        raise Crash

    event.listen(engine, "commit", die)
    try:
        yield
    finally:
        event.remove(engine, "commit", die)
