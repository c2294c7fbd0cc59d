"""The streams of one live process: their number, their audience, and slow clients."""

from datetime import UTC, datetime

import pytest

from app.channels.live.hub import BACKLOG, Hub
from app.core.errors import Busy
from app.core.orders.event_feed import FeedEntry, Topic

KINDS = ("order.ready",)


def test_a_slow_reader_is_disconnected_and_delays_no_others():
    hub = Hub()
    slow = hub.subscribe(Topic("order", "A"), KINDS)
    for position in range(BACKLOG + 1):
        hub.publish(entry(position))
    assert slow.ended
    hub.leave(slow)
    hub.leave(slow)
    hub.publish(entry(0))


def test_a_full_process_accepts_no_more_streams(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.channels.live.hub.MAX_STREAMS", 2)
    hub = Hub()
    first, _ = (hub.subscribe(Topic("order", number), KINDS) for number in "AB")
    with pytest.raises(Busy):
        hub.subscribe(Topic("order", "C"), KINDS)
    hub.leave(first)
    hub.subscribe(Topic("order", "C"), KINDS)


def test_a_stream_has_only_the_kinds_of_its_audience():
    stream = Hub().subscribe(Topic("order", "A"), KINDS)
    assert stream.shows(entry(1, "order.ready"))
    assert not stream.shows(entry(1, "payment.fee"))


def entry(position: int, kind: str = "order.ready") -> FeedEntry:
    return FeedEntry(position, kind, datetime(2054, 11, 24, tzinfo=UTC), "ready", "A", None)
