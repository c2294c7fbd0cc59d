"""Who listens to what in this process, and handing out what is new.

Written with threads, of which gunicorn's gevent worker makes greenlets: a stream costs some kilobytes.
"""

import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from app.core.errors import Busy
from app.core.orders.event_feed import FeedEntry, Topic

STREAMS = 900
"""In one process: below the 1,024 files that a process may usually have open."""
STREAMS_EACH = {"order": 5, "location": 30}
"""About one order, or for the devices of one location."""
BACKLOG = 100
"""News that wait for one slow reader before the stream is ended: the reader comes back and reads afresh."""


@dataclass(eq=False)
class Subscription:
    topic: Topic
    ended: bool = False
    _waiting: "Queue[FeedEntry | None]" = field(default_factory=lambda: Queue(BACKLOG))

    def next(self, seconds: float) -> FeedEntry | None:
        """The next news; None if there was none for so long, or the stream is to end."""
        try:
            return self._waiting.get(timeout=seconds)
        except Empty:
            return None

    def tell(self, news: FeedEntry) -> None:
        try:
            self._waiting.put_nowait(news)
        except Full:
            self.ended = True

    def end(self) -> None:
        self.ended = True
        with suppress(Full):  # a full queue wakes its reader anyway
            self._waiting.put_nowait(None)


class Hub:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: defaultdict[Topic, set[Subscription]] = defaultdict(set)
        self._count = 0

    def subscribe(self, topic: Topic) -> Subscription:
        """A place for one stream, to be given back by `leave`. Raises Busy when all are taken."""
        with self._lock:
            if self._count >= STREAMS or len(self._open[topic]) >= STREAMS_EACH[topic.kind]:
                raise Busy(
                    "Too many streams are open: ask again and again instead.", retry_after=20
                )
            subscription = Subscription(topic)
            self._open[topic].add(subscription)
            self._count += 1
            return subscription

    def leave(self, subscription: Subscription) -> None:
        """Give a place back; twice is harmless."""
        with self._lock:
            subscribers = self._open[subscription.topic]
            if subscription in subscribers:
                subscribers.remove(subscription)
                self._count -= 1
            if not subscribers:
                del self._open[subscription.topic]

    def publish(self, news: FeedEntry) -> None:
        with self._lock:
            listeners = [one for topic in news.topics for one in self._open.get(topic, ())]
        for subscription in listeners:
            subscription.tell(news)

    def end_all(self) -> None:
        with self._lock:
            listeners = [one for subscribers in self._open.values() for one in subscribers]
        for subscription in listeners:
            subscription.end()
