"""Follows the sealed events on one connection of its own, for all streams of the process."""

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from app.core.event_chain import CHANNEL
from app.core.orders.event_feed import BATCH, FeedEntry, last_position, news_after

log = structlog.get_logger()

NET = 2.0
"""Seconds after which it looks without having been notified."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
"""Seconds between tries to reach the database."""

CONNECTION = {
    "connect_timeout": 5,
    "application_name": "onecounter live",
    "options": "-c statement_timeout=5s -c timezone=UTC -c jit=off",
    # A database that vanished without a word is noticed after seconds, not after hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "tcp_user_timeout": 10_000,
}


class Feed:
    """Begins with the first `start`, after what is sealed then, and goes on as long as the process.

    `position` is how far it has told. It stays while the database is away, so that nothing is missed.
    """

    def __init__(self, database_url: str, publish: Callable[[FeedEntry], None]) -> None:
        self._engine = create_engine(
            database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=CONNECTION
        )
        self._publish = publish
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._reached = threading.Event()
        self.position = 0

    def start(self, patience: float) -> bool:
        """See that it runs; False if after `patience` seconds it has not reached the database once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
                self._thread.start()
        return self._reached.wait(patience)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                with self._engine.connect() as connection:
                    connection.execute(text(f"LISTEN {CHANNEL}"))
                    self._find_place(connection)
                    pause = FIRST_PAUSE
                    self._follow(connection)
            except Exception as error:  # whatever: without the feed every page stands still
                log.warning("feed_lost", because=type(error).__name__, again_in=pause)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _find_place(self, connection: Connection) -> None:
        """At first the end of what is sealed; after a lost connection where it was, but never beyond that
        end, since a database restored from a backup counts on from an earlier position."""
        end = last_position(connection)
        self.position = min(self.position, end) if self._reached.is_set() else end
        self._reached.set()

    def _follow(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        while True:
            found = news_after(connection, self.position)
            for news in found:
                self._publish(news)
                self.position = news.position
            if len(found) < BATCH:
                for _ in driver.notifies(timeout=NET, stop_after=1):
                    pass
