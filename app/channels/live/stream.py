"""/live: server-sent events, so that a page or a device learns at once what changed.

A message says that something happened, not what all is so now: its reader asks the API, as at `hello`.
"""

import _thread
import json
import random
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from app.channels.http.bearer import STAFF_TOKEN
from app.channels.http.guards import ANYONE, DEVICE, ORDER_PAGE, allowed, still_allowed, store
from app.channels.http.responses import read
from app.channels.live.feed import Feed
from app.channels.live.hub import Hub, Subscription
from app.config import Settings
from app.core.errors import Busy
from app.core.orders.event_feed import FeedEntry, Topic, missed

blueprint = Blueprint("live", __name__)

ORDER_ROUTE = "/live/orders/<number>"
TASK_ROUTE = "/live/tasks"

LOOK = 2.0
"""Seconds after which a stream that has nothing to tell sees whether somebody still listens."""
KEEP_ALIVE = 15.0
LONGEST = 1800.0
"""Seconds after which a stream ends and its reader connects again, maybe to a newer process."""
START_PATIENCE = 3.0
POSITION = re.compile(r"[0-9]{1,18}")
ESTABLISHED = 1
"""The state of a TCP connection whose other end has not closed it; from linux/tcp_states.h."""


@blueprint.get("/healthz")
@allowed(ANYONE)
def healthz() -> dict[str, str]:
    """This process answers; nothing else is touched."""
    return {"status": "ok"}


@blueprint.get(ORDER_ROUTE)
@allowed(ORDER_PAGE)
def order_stream(number: str) -> Response:
    """What happens to an order, for who holds its token or its page's cookie."""
    return _stream(Topic("order", number), "order", _always)


@blueprint.get(TASK_ROUTE)
@allowed(DEVICE, "tasks.see")
def task_stream() -> Response:
    """What happens at the device's store, as long as device and staff may see it."""
    return _stream(Topic("location", str(store())), "task", still_allowed())


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    hub = Hub()
    feed = Feed(state.app.config["SQLALCHEMY_DATABASE_URI"], hub.publish)
    state.app.extensions["live"] = (hub, feed)
    _end_with_the_process(hub)


@blueprint.after_request
def _let_the_web_origin_read(response: Response) -> Response:
    settings: Settings = current_app.config["SETTINGS"]
    local = {f"http://{host}:{settings.port}" for host in ("localhost", "127.0.0.1")}
    origin = request.headers.get("Origin")
    response.vary.add("Origin")
    if origin in local | {settings.base_url}:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Headers"] = (
            f"Authorization, Last-Event-ID, {STAFF_TOKEN}"
        )
    return response


def _always() -> bool:
    """An order's token is for good."""
    return True


def _stream(topic: Topic, name: str, may_go_on: Callable[[], bool]) -> Response:
    """1. Take a place, so that from now on nothing is missed.
    2. Read what was missed since the reader's Last-Event-ID, up to where the feed is.
    3. Give the place back when the response is closed, even if nobody ever read from it.
    """
    hub, feed = current_app.extensions["live"]
    if not feed.start(START_PATIENCE):
        raise Busy("The database is away for the moment: try again soon.", retry_after=5)
    subscription = hub.subscribe(topic)
    try:
        position = feed.position
        before = _missed(topic, position)
    except Exception:
        hub.leave(subscription)
        raise
    until = time.monotonic() + LONGEST * random.uniform(0.9, 1)  # noqa: S311 - spreads the comings back
    listens = _listens(request.environ)
    messages = _messages(subscription, name, position, before, until, listens, may_go_on)
    response = Response(messages, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # nginx passes it on as it comes
    response.call_on_close(lambda: hub.leave(subscription))
    return response


def _missed(topic: Topic, position: int) -> Sequence[FeedEntry]:
    last = request.headers.get("Last-Event-ID", "")
    if not POSITION.fullmatch(last) or int(last) >= position:
        return ()
    found: Sequence[FeedEntry] = read(missed, topic, int(last), position)
    return found


def _messages(
    subscription: Subscription,
    name: str,
    position: int,
    before: Sequence[FeedEntry],
    until: float,
    listens: Callable[[], bool],
    may_go_on: Callable[[], bool],
) -> Iterator[str]:
    """Whether the reader may still listen is asked before each thing that it is told, and now and then besides."""
    place = before[0].position - 1 if before else position
    yield f"retry: {random.randint(2000, 5000)}\nid: {place}\nevent: hello\ndata: {{}}\n\n"  # noqa: S311
    for news in before:
        yield _message(name, news)
    told = time.monotonic()
    while not subscription.ended and time.monotonic() < until:
        following = subscription.next(LOOK)
        if following is None and not listens():
            return
        if following is None and time.monotonic() - told < KEEP_ALIVE:
            continue
        if not may_go_on():
            return
        yield ": keep-alive\n\n" if following is None else _message(name, following)
        told = time.monotonic()


def _message(name: str, news: FeedEntry) -> str:
    data = {"kind": news.kind, "occurred_at": news.occurred_at.isoformat(), "order": news.number}
    if news.state is not None:
        data["state"] = news.state
    return f"id: {news.position}\nevent: {name}\ndata: {json.dumps(data)}\n\n"


def _listens(environ: dict[str, Any]) -> Callable[[], bool]:
    """Asks the kernel whether the other end is still there; a write would learn it only at the second try."""
    connection: Any = environ.get("gunicorn.socket")

    def listens() -> bool:
        try:
            state: int = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        except (AttributeError, OSError):  # no TCP here, or a system that does not tell
            return True
        return state == ESTABLISHED

    return listens


def _end_with_the_process(hub: Hub) -> None:
    """At SIGTERM end all streams, as gunicorn would only cut them off at the end of its patience."""
    before = signal.getsignal(signal.SIGTERM)
    if not callable(before):
        return

    def stop(number: int, frame: FrameType | None) -> None:
        # Not in the handler itself, which may have interrupted who holds the lock that this needs; and
        # not by threading, whose start() waits, which the handler must not.
        _thread.start_new_thread(hub.end_all, ())
        before(number, frame)

    with suppress(ValueError):  # outside the main thread nobody may
        signal.signal(signal.SIGTERM, stop)
