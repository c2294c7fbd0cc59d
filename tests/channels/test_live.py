"""The live process as it runs: gunicorn with gevent, on the database that the test's shop writes to."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.channels.http.guards import ORDER_COOKIE
from app.config import ROOT
from app.core.access.devices import AddDevice, RevokeDevice, add_device, revoke_device
from app.core.access.staff.staff import (
    DeactivateStaff,
    RenewPin,
    SetStoreRole,
    deactivate_staff,
    renew_pin,
    set_store_role,
)
from tests.concurrency import wait_until
from tests.drivers import staff as workers
from tests.drivers.events import record_fee
from tests.drivers.shop import LEEDS, YORK, Placed, Shop

PATIENCE = 10.0


@dataclass
class Stream:
    answer: HTTPResponse

    def next(self) -> dict[str, Any]:
        """Return the next message, {event, id, data}; skip keep-alives."""
        message: dict[str, Any] = {}
        while line := self.answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if not name and "event" in message:
                return message
            if name in ("event", "id", "data"):
                message[name] = json.loads(value) if name in ("id", "data") else value
        raise EOFError

    def until(self, kind: str) -> dict[str, Any]:
        """The next message of this kind. The feed may be behind, so older events can come first."""
        return next(one for one in iter(self.next, None) if one["data"]["kind"] == kind)

    def kinds(self, number: int) -> list[str]:
        return [self.next()["data"]["kind"] for _ in range(number)]


@dataclass
class Live:
    port: int
    process: "subprocess.Popen[bytes]"

    @contextmanager
    def get(self, path: str, token: str | None = None, **headers: str) -> Iterator[HTTPResponse]:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", path, headers=bearer | headers)
            with connection.getresponse() as answer:
                yield answer

    @contextmanager
    def stream(self, path: str, token: str | None = None, **headers: str) -> Iterator[Stream]:
        """Return an open stream after its first message."""
        with self.get(path, token, **headers) as answer:
            assert answer.status == 200
            stream = Stream(answer)
            assert stream.next()["event"] == "hello"
            yield stream

    def order(self, placed: Placed, **headers: str) -> Any:
        return self.stream(f"/live/orders/{placed.number}", placed.token, **headers)


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[Live]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "for tests",
        "VAR": str(tmp_path),
        "PORT": str(port - 1),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.live.conf.py"]
    with subprocess.Popen(
        [*command, "app.wiring:create_live()"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        running = Live(port, process)
        try:
            wait_until(lambda: answers(running), "the live process")
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def answers(live: Live) -> bool:
    try:
        with live.get("/healthz") as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def placed(shop: Shop) -> Placed:
    shop.stock("MUG", 1250, lds=50, yrk=50)
    placed = shop.order({"MUG": 1})
    shop.seal()
    return placed


def test_a_stream_has_the_events_of_its_order_and_no_others(live: Live, shop: Shop, placed: Placed):
    with live.order(placed) as stream:
        shop.order({"MUG": 1})
        shop.make_ready(placed)
        shop.seal()
        assert stream.until("order.picking")["data"]["status"] == "picking"
        assert stream.next()["data"] == {
            "kind": "order.picked",
            "occurred_at": "2054-11-24T12:00:00+00:00",
            "order": placed.number,
        }
        assert stream.next()["data"]["status"] == "ready"


def test_a_reconnected_stream_gets_the_missed_events(live: Live, shop: Shop, placed: Placed):
    with live.order(placed) as stream:
        shop.pick(placed, {"MUG": 1})
        shop.seal()
        last = stream.until("order.picking")
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    shop.seal()
    with live.order(placed, **{"Last-Event-ID": str(last["id"])}) as stream:
        assert stream.kinds(2) == ["order.picked", "order.ready"]


def test_a_stream_has_no_merchant_events(live: Live, shop: Shop, placed: Placed):
    with live.order(placed) as stream:
        record_fee(shop, placed)
        shop.pick(placed, {"MUG": 1})
        shop.seal()
        first = stream.until("order.picking")
    with live.order(placed, **{"Last-Event-ID": str(first["id"] - 2)}) as stream:
        assert stream.kinds(1) == ["order.picking"]


def test_an_invalid_last_event_id_starts_a_new_stream(live: Live, placed: Placed):
    for nonsense in ("-1", "x", "9" * 5000, "²"):
        with live.order(placed, **{"Last-Event-ID": nonsense}):
            pass


def test_a_lost_database_connection_is_restored_and_no_event_is_missed(
    live: Live, shop: Shop, placed: Placed
):
    with live.order(placed) as stream:
        with shop.engine.begin() as connection:
            connection.execute(_CUT_OFF)
        shop.pick(placed, {"MUG": 1})
        shop.seal()
        assert stream.kinds(2) == ["order.picking", "order.picked"]


def test_only_the_owner_can_open_the_stream_of_an_order(live: Live, shop: Shop, placed: Placed):
    other = shop.order({"MUG": 1})
    path = f"/live/orders/{placed.number}"
    for token in (None, "wrong", other.token, shop.tokens[LEEDS]):
        with live.get(path, token) as answer:
            assert answer.status == 401
            assert json.load(answer)["code"] == "unauthorised"
    with live.stream(path, Cookie=f"{ORDER_COOKIE}={placed.token}"):
        pass


def test_the_stream_of_a_device_has_only_its_own_store(live: Live, shop: Shop, placed: Placed):
    with live.stream("/live/tasks", shop.tokens[YORK]) as stream:
        shop.order({"MUG": 1}, LEEDS)
        here = shop.order({"MUG": 1}, YORK)
        shop.seal()
        message = stream.next()
        assert (message["event"], message["data"]["order"]) == ("task", here.number)
    with live.get("/live/tasks", placed.token) as answer:
        assert answer.status == 401


def test_the_stream_of_a_revoked_device_ends_and_cannot_be_reopened(live: Live, shop: Shop):
    added = shop.runner.perform(add_device, AddDevice(YORK, "Till 2"))
    with live.stream("/live/tasks", added.key) as stream:
        shop.runner.perform(revoke_device, RevokeDevice(added.id))
        shop.seal()
        with pytest.raises(EOFError):
            stream.next()
    with live.get("/live/tasks", added.key) as answer:
        assert answer.status == 401
    with live.stream("/live/tasks", shop.tokens[YORK]):
        pass


@pytest.mark.parametrize("over", ["left", "signed out", "moved", "new pin"])
def test_the_stream_of_a_signed_out_shopper_ends(live: Live, shop: Shop, over: str):
    shop.stock("MUG", 800, lds=5)
    staff = workers.at_work(shop, "7", "picker")
    with live.stream("/live/tasks", shop.tokens[LEEDS], **{"X-Staff-Token": staff}) as stream:
        shop.order({"MUG": 1})
        shop.seal()
        while stream.next()["data"]["kind"] != "order.placed":
            pass
        if over == "left":
            shop.runner.perform(deactivate_staff, DeactivateStaff("7"))
        elif over == "moved":
            shop.runner.perform(set_store_role, SetStoreRole("7", LEEDS, None))
        elif over == "new pin":
            shop.runner.perform(renew_pin, RenewPin("7"))
        else:
            workers.work(shop, "DELETE", "sessions", staff)
        shop.order({"MUG": 1})
        shop.seal()
        with pytest.raises(EOFError):
            stream.next()


def test_only_the_web_shops_origin_can_read_with_the_cookie(live: Live, placed: Placed):
    for host in ("localhost", "127.0.0.1"):
        ours = f"http://{host}:{live.port - 1}"
        with live.get(f"/live/orders/{placed.number}", Origin=ours) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == ours
            assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    with live.get(f"/live/orders/{placed.number}", Origin="https://evil.test") as answer:
        assert answer.headers["Access-Control-Allow-Origin"] is None


def test_streams_of_an_order_are_limited_need_no_connections_and_free_their_slot(
    live: Live, shop: Shop, placed: Placed
):
    with ExitStack() as streams:
        streams.enter_context(live.order(placed))
        before = connections(shop)
        for _ in range(4):
            streams.enter_context(live.order(placed))
        assert connections(shop) == before
        with live.get(f"/live/orders/{placed.number}", placed.token) as refused:
            assert refused.status == 503
            assert refused.headers["Retry-After"] == "20"
            assert json.load(refused)["code"] == "busy"
    # A client that hangs up is noticed within seconds, without a write.
    wait_until(lambda: opens(live, placed), "a place for a stream")


def test_a_shutdown_ends_the_streams_cleanly(live: Live, placed: Placed):
    with live.order(placed) as stream:
        live.process.send_signal(signal.SIGTERM)
        with pytest.raises(EOFError):
            stream.next()
    assert live.process.wait(PATIENCE) == 0


def opens(live: Live, placed: Placed) -> bool:
    with live.get(f"/live/orders/{placed.number}", placed.token) as answer:
        return answer.status == 200


def connections(shop: Shop) -> int:
    with shop.engine.connect() as connection:
        number: int = connection.execute(_CONNECTIONS).scalar_one()
    return number


_CONNECTIONS = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
""")
_CUT_OFF = text("""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'onecounter live'
""")
