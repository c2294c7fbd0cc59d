"""The open streams of this process, and the events that each of them gets.

It uses threads. The gevent worker of gunicorn turns them into greenlets, so a stream costs some kilobytes.
"""

import threading
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from app.core.errors import Busy
from app.core.orders.event_feed import FeedEntry, Topic

MAX_STREAMS = 900
"""In one process: below the 1,024 files that a process may usually have open."""
MAX_STREAMS_OF_TOPIC = {"order": 5, "location": 30}
"""Of one order, or of the devices of one location."""
BACKLOG = 100
"""Entries that wait for one slow client before its stream ends. The client connects again and reads everything."""


@dataclass(eq=False)
class Subscription:
    topic: Topic
    kinds: frozenset[str]
    """The kinds of events that the audience of the stream may see."""
    ended: bool = False
    _waiting: "Queue[FeedEntry | None]" = field(default_factory=lambda: Queue(BACKLOG))

    def next(self, seconds: float) -> FeedEntry | None:
        """Return the next entry; None if none came within `seconds`, or if the stream ends."""
        try:
            return self._waiting.get(timeout=seconds)
        except Empty:
            return None

    def shows(self, entry: FeedEntry) -> bool:
        return entry.kind in self.kinds

    def put(self, entry: FeedEntry) -> None:
        try:
            self._waiting.put_nowait(entry)
        except Full:
            self.ended = True

    def end(self) -> None:
        self.ended = True
        with suppress(Full):  # a full queue wakes its stream in any case
            self._waiting.put_nowait(None)


class Hub:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: defaultdict[Topic, set[Subscription]] = defaultdict(set)
        self._count = 0

    def subscribe(self, topic: Topic, kinds: Collection[str]) -> Subscription:
        """Open a stream of a topic's events of these kinds. The caller ends it by `leave`. Raises Busy."""
        with self._lock:
            of_topic = len(self._open[topic])
            if self._count >= MAX_STREAMS or of_topic >= MAX_STREAMS_OF_TOPIC[topic.kind]:
                raise Busy("Too many streams are open. Poll the API instead.", retry_after=20)
            subscription = Subscription(topic, frozenset(kinds))
            self._open[topic].add(subscription)
            self._count += 1
            return subscription

    def leave(self, subscription: Subscription) -> None:
        """Close a stream. A repeat changes nothing."""
        with self._lock:
            subscribers = self._open[subscription.topic]
            if subscription in subscribers:
                subscribers.remove(subscription)
                self._count -= 1
            if not subscribers:
                del self._open[subscription.topic]

    def publish(self, entry: FeedEntry) -> None:
        """Put an entry into each open stream of its topics."""
        with self._lock:
            open_streams = [one for topic in entry.topics for one in self._open.get(topic, ())]
        for subscription in open_streams:
            subscription.put(entry)

    def end_all(self) -> None:
        with self._lock:
            open_streams = [one for subscribers in self._open.values() for one in subscribers]
        for subscription in open_streams:
            subscription.end()
