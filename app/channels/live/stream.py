"""/live: server-sent events, so that a page or a device hears at once of a change.

A message says that something happened. It does not have the new data: the client asks the API, as after `hello`.
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
from app.channels.http.guards import ANYONE, DEVICE, ORDER_PAGE, allowed, check_still_allowed, store
from app.channels.http.responses import read
from app.channels.http.shop_settings import event_registry
from app.channels.live.feed import Feed
from app.channels.live.hub import Hub, Subscription
from app.config import Settings
from app.core.errors import Busy
from app.core.event_kinds import Audience
from app.core.orders.event_feed import FeedEntry, Topic, missed

blueprint = Blueprint("live", __name__)

ORDER_ROUTE = "/live/orders/<number>"
TASK_ROUTE = "/live/tasks"

CHECK_INTERVAL = 2.0
"""Seconds after which an idle stream checks whether its client is still connected."""
KEEP_ALIVE = 15.0
LONGEST = 1800.0
"""Seconds after which a stream ends and its client connects again, maybe to a newer process."""
START_PATIENCE = 3.0
POSITION = re.compile(r"[0-9]{1,18}")
ESTABLISHED = 1
"""The state of a TCP connection that the other end has not closed: from linux/tcp_states.h."""


@blueprint.get("/healthz")
@allowed(ANYONE)
def healthz() -> dict[str, str]:
    """Answer that the process runs. Nothing else is checked."""
    return {"status": "ok"}


@blueprint.get(ORDER_ROUTE)
@allowed(ORDER_PAGE)
def order_stream(number: str) -> Response:
    """Stream the events of an order to the shopper who has its token or its page's cookie."""
    return _stream(Topic("order", number), "shopper", "order", _always)


@blueprint.get(TASK_ROUTE)
@allowed(DEVICE, "tasks.see")
def task_stream() -> Response:
    """Stream the events at the device's store, as long as device and staff may see them."""
    return _stream(Topic("location", str(store())), "staff", "task", check_still_allowed())


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    hub = Hub()
    feed = Feed(state.app.config["SQLALCHEMY_DATABASE_URI"], hub.publish)
    state.app.extensions["live"] = (hub, feed)
    _stop_with_process(hub)


@blueprint.after_request
def _allow_web_origin(response: Response) -> Response:
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
    """Return True: an order's token does not expire."""
    return True


def _stream(
    topic: Topic, audience: Audience, name: str, may_continue: Callable[[], bool]
) -> Response:
    """Stream the topic's events that the audience may see.

    1. Subscribe, so that no later event is missed.
    2. Read the events since the client's Last-Event-ID, up to the position of the feed.
    3. Leave when the response is closed, even if the client never read from it.
    """
    hub, feed = current_app.extensions["live"]
    if not feed.start(START_PATIENCE):
        raise Busy("The database does not answer. Try again in a few seconds.", retry_after=5)
    kinds = event_registry().visible_to(audience)
    subscription = hub.subscribe(topic, kinds)
    try:
        position = feed.position
        before = _missed(topic, kinds, position)
    except Exception:
        hub.leave(subscription)
        raise
    until = time.monotonic() + LONGEST * random.uniform(0.9, 1)  # noqa: S311 - spreads the new connections
    listens = _listens(request.environ)
    messages = _messages(subscription, name, position, before, until, listens, may_continue)
    response = Response(messages, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # nginx passes it on as it comes
    response.call_on_close(lambda: hub.leave(subscription))
    return response


def _missed(topic: Topic, kinds: Sequence[str], position: int) -> Sequence[FeedEntry]:
    last = request.headers.get("Last-Event-ID", "")
    if not POSITION.fullmatch(last) or int(last) >= position:
        return ()
    found: Sequence[FeedEntry] = read(missed, topic, kinds, int(last), position)
    return found


def _messages(
    subscription: Subscription,
    name: str,
    position: int,
    before: Sequence[FeedEntry],
    until: float,
    listens: Callable[[], bool],
    may_continue: Callable[[], bool],
) -> Iterator[str]:
    """Check before each entry and each keep-alive that the client may still listen.

    A kind that the audience may not see is checked too, and not sent: device.revoked ends the stream of a device.
    """
    place = before[0].position - 1 if before else position
    yield f"retry: {random.randint(2000, 5000)}\nid: {place}\nevent: hello\ndata: {{}}\n\n"  # noqa: S311
    for entry in before:
        yield _message(name, entry)
    sent = time.monotonic()
    while not subscription.ended and time.monotonic() < until:
        following = subscription.next(CHECK_INTERVAL)
        if following is None and not listens():
            return
        if following is None and time.monotonic() - sent < KEEP_ALIVE:
            continue
        if not may_continue():
            return
        if following is not None and not subscription.shows(following):
            continue
        yield ": keep-alive\n\n" if following is None else _message(name, following)
        sent = time.monotonic()


def _message(name: str, entry: FeedEntry) -> str:
    data = {"kind": entry.kind, "occurred_at": entry.occurred_at.isoformat(), "order": entry.number}
    if entry.status is not None:
        data["status"] = entry.status
    return f"id: {entry.position}\nevent: {name}\ndata: {json.dumps(data)}\n\n"


def _listens(environ: dict[str, Any]) -> Callable[[], bool]:
    """Ask the kernel whether the client is still connected. A write would notice only at the second try."""
    connection: Any = environ.get("gunicorn.socket")

    def listens() -> bool:
        try:
            state: int = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        except (AttributeError, OSError):  # no TCP here, or a system without TCP_INFO
            return True
        return state == ESTABLISHED

    return listens


def _stop_with_process(hub: Hub) -> None:
    """End all streams at SIGTERM. Gunicorn would only cut them off at the end of its timeout."""
    before = signal.getsignal(signal.SIGTERM)
    if not callable(before):
        return

    def stop(number: int, frame: FrameType | None) -> None:
        # Not in the handler itself: it may have interrupted the holder of the lock that this needs. And not by
        # threading: its start() waits, and the handler must not wait.
        _thread.start_new_thread(hub.end_all, ())
        before(number, frame)

    with suppress(ValueError):  # not allowed outside the main thread
        signal.signal(signal.SIGTERM, stop)
