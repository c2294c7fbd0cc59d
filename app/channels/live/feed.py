"""Follows the sealed events on its own connection, for all streams of the process."""

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from app.core.event_chain import CHANNEL
from app.core.orders.event_feed import BATCH, FeedEntry, entries_after, last_position

log = structlog.get_logger()

POLL_INTERVAL = 2.0
"""Seconds after which the feed looks for events without a notification."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
"""Seconds between tries to reach the database."""

CONNECTION = {
    "connect_timeout": 5,
    "application_name": "onecounter live",
    "options": "-c statement_timeout=5s -c timezone=UTC -c jit=off",
    # A database that vanished silently is noticed after seconds, not after hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "tcp_user_timeout": 10_000,
}


class Feed:
    """Publishes each event that is sealed after the first `start`, as long as the process runs.

    `position` is the last position that was published. It stays while the database is away, so nothing is missed.
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

    def start(self, timeout: float) -> bool:
        """Start the feed if it does not run.

        Return False if it did not reach the database within `timeout` seconds.
        """
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
                self._thread.start()
        return self._reached.wait(timeout)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                with self._engine.connect() as connection:
                    connection.execute(text(f"LISTEN {CHANNEL}"))
                    self._find_position(connection)
                    pause = FIRST_PAUSE
                    self._follow(connection)
            except Exception as error:  # any: without the feed no page is updated
                log.warning("feed_lost", reason=type(error).__name__, again_in=pause)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _find_position(self, connection: Connection) -> None:
        """Start at the end of the sealed events; after a lost connection, continue at the last position.

        Never start beyond the end: a database that was restored from a backup continues from an earlier position.
        """
        end = last_position(connection)
        self.position = min(self.position, end) if self._reached.is_set() else end
        self._reached.set()

    def _follow(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        while True:
            found = entries_after(connection, self.position)
            for entry in found:
                self._publish(entry)
                self.position = entry.position
            if len(found) < BATCH:
                for _ in driver.notifies(timeout=POLL_INTERVAL, stop_after=1):
                    pass
