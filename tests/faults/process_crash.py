"""A crash in the middle of something, within the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


class Crash(BaseException):
    """Like kill -9: none of our code runs any more."""


@contextmanager
def crash_all(engine: Engine) -> Iterator[None]:
    """Crash each commit from now on before the database gets it, and close its connection."""

    def die(connection: Connection) -> None:
        connection.invalidate()
        raise Crash

    event.listen(engine, "commit", die)
    try:
        yield
    finally:
        event.remove(engine, "commit", die)
