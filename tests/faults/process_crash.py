"""Dying in the middle of something, within the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


class Died(BaseException):
    """As by kill -9: nothing of ours runs any more."""


@contextmanager
def power_cut(engine: Engine) -> Iterator[None]:
    """Whoever commits now dies before the database hears of it, and his connection with him."""

    def die(connection: Connection) -> None:
        connection.invalidate()
        raise Died

    event.listen(engine, "commit", die)
    try:
        yield
    finally:
        event.remove(engine, "commit", die)
