"""kill -9 of web, worker, sealer and database: nothing acknowledged is lost, nothing happens twice."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.adapters import postgres_pidfile
from app.adapters.embedded_postgres import EmbeddedPostgres
from app.adapters.postgres_installation import find_installation
from app.config import Settings
from app.wiring import make_app
from tests import databases
from tests.drivers.shop import LEEDS, Shop
from tests.faults import crashes
from tests.faults.lost_updates import losses
from tests.faults.service import Service, at_once, wait_until
from tests.faults.storm import Storm
from tests.scale import sample

PROCESSES = ("web", "worker", "sealer")
TEN_POINTS = [
    ("checkout", "web"), ("pick", "database"), ("hand-over", "web"), ("checkout", "worker"),
    ("hand-over", "database"), ("pick", "sealer"), ("checkout", "database"), ("pick", "web"),
    ("hand-over", "worker"), ("checkout", "sealer"),
]  # fmt: skip
"""By request, the process that is killed while it runs."""
QUIET_SECONDS = 60
"""The time until every message is sent and every event sealed, after the storm."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of our own to kill, with fsync: it must still have all committed data."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("kills") / "data")
    server.start()
    databases.migrate(server.url)
    yield server
    server.stop()


@pytest.fixture
def shop(database: EmbeddedPostgres, tmp_path: Path) -> Iterator[Shop]:
    databases.empty(database.url)
    app = make_app(Settings(database_url=database.url, var=tmp_path, secret_key="for tests"))
    shop = Shop(app)
    shop.stock("MUG", 1200, lds=1_000_000)
    shop.stock("LAMP", 2400, lds=1_000_000)
    yield shop
    shop.engine.dispose()


@pytest.fixture
def service(database: EmbeddedPostgres, tmp_path: Path, shop: Shop) -> Iterator[Service]:
    service = Service(database.url, tmp_path)
    run(service, "impatient")
    yield service
    service.stop()


def run(service: Service, application: str) -> None:
    """Let all processes be this application of `crashes`."""
    service.application = f"tests.faults.crashes:{application}()"
    service.environment["FLASK_APP"] = service.application


def storm(service: Service, shop: Shop, seed: int, carts: int) -> Storm:
    chance = random.Random(seed)
    wanted = [{"MUG": chance.randint(1, 3), "LAMP": chance.randint(1, 3)} for _ in range(carts)]
    return Storm(service, shop.tokens[LEEDS], shop.carts(wanted), seed)


def kill_database(server: EmbeddedPostgres) -> None:
    """kill -9 the server and all its backends at once."""
    data = find_installation(server.data).data
    master = postgres_pidfile.running_pid(data)
    assert master is not None
    os.kill(master, signal.SIGSTOP)  # so that it cannot have a child that is not in the list
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for pid in (master, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: postgres_pidfile.running_pid(data) is None, 10, "the server to be dead")


def kill(name: str, service: Service, server: EmbeddedPostgres) -> None:
    if name == "database":
        kill_database(server)
        server.start()
    else:
        service.kill(name)
        service.start(name)


def assert_nothing_lost(shop: Shop, service: Service, storm: Storm) -> None:
    with suppress(TimeoutError):
        wait_until(shop.is_quiet, QUIET_SECONDS, "letters and seals")
    assert losses(shop, storm.journeys, service.var / "mail") == []
    assert shop.is_quiet(), (service.var / "worker.log").read_text()[-3000:]
    assert storm.statuses[500] == 0, (service.var / "web.log").read_text()[-3000:]
    for journey in storm.journeys[:: max(len(storm.journeys) // 20, 1)]:
        for reported in journey.values():
            assert storm.again(reported).raw == reported.answer.raw
    assert shop.violations() == {}


def rage(
    shop: Shop, service: Service, server: EmbeddedPostgres, points: list[tuple[str, str]], seed: int
) -> Storm:
    """Run clients while the processes are killed one after the other, at random moments."""
    service.start(*PROCESSES)
    storming, chance = storm(service, shop, seed, carts=40 * len(points)), random.Random(seed)
    with storming.raging(6):
        for verb, process in points:
            storming.wait_for(verb, more=chance.randint(4, 12))
            time.sleep(chance.uniform(0, 0.02))
            kill(process, service, server)
    shop.engine.dispose()  # our own connections died too
    return storming


def test_ten_kills_in_a_storm_lose_nothing_and_double_nothing(
    shop: Shop, service: Service, database: EmbeddedPostgres
) -> None:
    raged = rage(shop, service, database, sample(TEN_POINTS, 3), seed=1)
    assert_nothing_lost(shop, service, raged)
    assert raged.statuses[0] + raged.statuses[503] > 0, "no kill met a request"


@pytest.mark.soak
def test_soak_25_kills_of_the_database(
    shop: Shop, service: Service, database: EmbeddedPostgres
) -> None:
    points = [(verb, "database") for verb, _ in TEN_POINTS * 3][:25]
    assert_nothing_lost(shop, service, rage(shop, service, database, points, seed=25))


@pytest.mark.soak
def test_soak_500_kills_of_anything_at_any_moment(
    shop: Shop, service: Service, database: EmbeddedPostgres
) -> None:
    chance = random.Random(500)
    verbs = ("checkout", "pick", "ready", "hand-over")
    points = [(chance.choice(verbs), chance.choice((*PROCESSES, "database"))) for _ in range(500)]
    assert_nothing_lost(shop, service, rage(shop, service, database, points, seed=500))


def crash(service: Service, shop: Shop, *points: str) -> Storm:
    """Run one order after the other, each with a process that crashes at the next of the points."""
    service.start(*PROCESSES)
    calm = storm(service, shop, seed=3, carts=len(points) + 1)
    for point in points:
        crashes.arm(service.var, point)
        calm.journey()
        wait_until(lambda: not any(service.var.glob("die-*")), 30, f"a crash {point}")
        name = crashes.POINTS[point]
        if name != "web":  # gunicorn replaces its workers by itself
            service.processes[name].wait(10)
            service.start(name)
    return calm


def test_a_crash_before_or_after_any_commit_loses_nothing_and_doubles_nothing(
    shop: Shop, service: Service
) -> None:
    run(service, "crashing")
    crashed = crash(service, shop, *crashes.POINTS)
    assert_nothing_lost(shop, service, crashed)
    met = sum(process == "web" for process in crashes.POINTS.values())
    assert crashed.statuses[0] >= met, "each crash of the web left a request unanswered"


def test_the_same_crash_catches_a_response_that_is_stored_apart_from_its_effect(
    shop: Shop, service: Service
) -> None:
    run(service, "effect_and_answer_apart")
    crashed = crash(service, shop, "after-place_order", "after-pick")
    lost = losses(shop, crashed.journeys, service.var / "mail")
    assert any(line.startswith("checkout was answered 409") for line in lost), lost
    assert any(line.startswith("pick was answered 422") for line in lost), lost


def test_the_same_crash_catches_a_message_that_is_new_each_time(
    shop: Shop, service: Service
) -> None:
    run(service, "new_letter_each_time")
    crashed = crash(service, shop, "after-send")
    with pytest.raises(TimeoutError):
        wait_until(lambda: shop.is_quiet(), 3, "letters and seals")
    lost = losses(shop, crashed.journeys, service.var / "mail")
    assert any("is in a file and not noted" in line for line in lost), lost


def test_all_processes_survive_a_restart_of_the_database(
    shop: Shop, service: Service, database: EmbeddedPostgres
) -> None:
    service.environment["WEB_CONCURRENCY"] = "1"
    service.start(*PROCESSES)
    calm = storm(service, shop, seed=4, carts=10)
    at_once(lambda _: calm.journey(), range(8), 8)  # now the web has a full pool of connections
    running = dict(service.processes)
    with suppress(DBAPIError), shop.engine.connect() as connection:
        connection.execute(text("LOCK TABLE procrastinate_jobs, events"))
        waiting = text("SELECT count(*) > 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        wait_until(lambda: bool(connection.scalar(waiting)), 10, "worker and sealer to be at it")
        kill_database(database)
    database.start()
    statuses = [service.call("GET", "/api/v1/products").status for _ in range(20)]
    assert statuses == [503] + [200] * 19, "one dead connection tells of all the others"
    kill_database(database)
    away = service.call("GET", "/api/v1/products")
    assert (away.status, away.body["code"]) == (503, "busy")
    database.start()
    shop.engine.dispose()
    calm.journey()
    assert_nothing_lost(shop, service, calm)
    assert {name: process.poll() for name, process in running.items()} == dict.fromkeys(PROCESSES)
