from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.adapters.embedded_postgres import EmbeddedPostgres, serving
from app.adapters.postgres_installation import EmbeddedPostgresError

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with an empty database. It is made once, because initdb takes the longest."""
    data = tmp_path_factory.mktemp("cluster") / "postgres"
    with serving(data, fsync=False):
        pass
    return data


@pytest.fixture
def server(cluster: Path, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "var" / "postgres", fsync=False)
    shutil.copytree(cluster, server.data)
    yield server
    server.stop()
    shutil.rmtree(server.socket_folder, ignore_errors=True)


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(dsn, autocommit=True)


def store_row(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def query_value(url: str, query: str) -> object:
    with connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def process_id(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def in_background(server: EmbeddedPostgres) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app.adapters.embedded_postgres", str(server.data)]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout
    assert "is ready" in process.stdout.readline()
    return process


def using(server: EmbeddedPostgres) -> subprocess.Popen[str]:
    """Start a process that uses the server until its standard input ends."""
    program = (
        "import sys; from pathlib import Path; from app.adapters.embedded_postgres import serving\n"
        f"with serving(Path({str(server.data)!r}), fsync=False):\n"
        "    print('using', flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program]
    return subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True)


def test_the_server_runs_while_a_process_uses_it_and_keeps_its_data(
    server: EmbeddedPostgres,
) -> None:
    with serving(server.data, fsync=False) as url:
        assert server.is_running()
        store_row(url)
    assert not server.is_running()
    with serving(server.data, fsync=False) as url:
        assert query_value(url, "SELECT answer FROM kept") == 42


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("max_connections", "300"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("jit", "off"),
        ("fsync", "off"),
        ("listen_addresses", ""),
        ("is_superuser", "off"),
    ],
)
def test_settings(server_for_reading: EmbeddedPostgres, setting: str, value: str) -> None:
    assert query_value(server_for_reading.url, f"SHOW {setting}") == value


@pytest.fixture(scope="module")
def server_for_reading(
    cluster: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("reading") / "postgres", fsync=False)
    shutil.copytree(cluster, server.data)
    with server.in_use():
        yield server


def test_the_application_can_create_databases(server_for_reading: EmbeddedPostgres) -> None:
    with connect(server_for_reading.url) as connection:
        connection.execute("CREATE DATABASE another")
        connection.execute("DROP DATABASE another")


def test_text_sorts_by_code_point_and_non_ascii_letters_are_lowered(
    server_for_reading: EmbeddedPostgres,
) -> None:
    assert query_value(server_for_reading.url, "SELECT lower('ÄÉ')") == "äé"
    assert query_value(server_for_reading.url, "SELECT 'Z' < 'a'") is True


def test_only_the_user_of_the_server_can_reach_the_socket(
    server_for_reading: EmbeddedPostgres,
) -> None:
    assert server_for_reading.socket_folder.stat().st_mode & 0o777 == 0o700


def test_a_server_that_was_already_running_stays_after_its_use(server: EmbeddedPostgres) -> None:
    server.start()
    with serving(server.data, fsync=False) as url:
        assert query_value(url, "SELECT 1") == 1
    assert server.is_running()
    server.stop()
    assert not server.is_running()


def test_a_killed_server_restarts_with_all_committed_data(
    server: EmbeddedPostgres,
) -> None:
    server = EmbeddedPostgres(server.data, fsync=True)
    server.start()
    store_row(server.url)
    os.kill(process_id(server), signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    with serving(server.data) as url:
        assert query_value(url, "SELECT answer FROM kept") == 42


def test_the_start_waits_until_the_processes_of_a_killed_server_have_ended(
    server: EmbeddedPostgres,
) -> None:
    """They hold the shared memory for a moment, and PostgreSQL does not start while they do."""
    server.start()
    os.kill(process_id(server), signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    with subprocess.Popen(["sleep", "1"], cwd=server.data) as last, serving(server.data):
        assert last.poll() is not None


def test_the_server_starts_if_another_process_has_the_pid_of_the_dead_server(
    server: EmbeddedPostgres,
) -> None:
    server.start()
    dead = process_id(server)
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        for mark in (server.data / "postmaster.pid", server.socket_folder / ".s.PGSQL.5432.lock"):
            mark.write_text(mark.read_text().replace(str(dead), str(stranger.pid), 1))
        with serving(server.data, fsync=False) as url:
            assert query_value(url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_processes_that_start_at_once_share_one_server_and_the_last_stops_it(
    server: EmbeddedPostgres,
) -> None:
    users = [using(server) for _ in range(3)]
    for user in users:
        assert user.stdout
        assert user.stdout.readline() == "using\n"
    first = process_id(server)
    for user in users:
        assert server.is_running()
        assert process_id(server) == first
        user.communicate()
        assert user.returncode == 0
    assert not server.is_running()


def test_the_end_of_a_forked_child_does_not_stop_the_server(server: EmbeddedPostgres) -> None:
    use = server.in_use()
    with use:
        child = os.fork()
        if child == 0:
            use.__exit__(None, None, None)
            os._exit(0)
        assert os.waitpid(child, 0) == (child, 0)
        with (
            server.in_use()
        ):  # without our lock, which the child could have released, this would stop the server
            pass
        assert server.is_running()
    assert not server.is_running()


def test_the_server_of_a_killed_process_is_stopped_by_the_next_process(
    server: EmbeddedPostgres,
) -> None:
    with using(server) as user:
        assert user.stdout
        assert user.stdout.readline() == "using\n"
        user.kill()
    assert server.is_running()
    with serving(server.data, fsync=False):
        pass
    assert not server.is_running()


def test_the_foreground_process_ends_cleanly_if_a_client_stays_connected(
    server: EmbeddedPostgres,
) -> None:
    with in_background(server) as process:
        client = connect(server.url)
        began = time.monotonic()
        process.terminate()
        output, _ = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, "")
    assert time.monotonic() - began < 5  # when honcho begins to kill
    with pytest.raises(psycopg.OperationalError):
        client.execute("SELECT 1")
    assert "database system is shut down" in server.log.read_text()


def test_the_foreground_process_takes_over_a_running_server(server: EmbeddedPostgres) -> None:
    server.start()
    running = process_id(server)
    with in_background(server) as process:
        assert process_id(server) == running
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, "")
    assert not server.is_running()


def test_the_foreground_process_reports_that_the_server_died(server: EmbeddedPostgres) -> None:
    with in_background(server) as process:
        os.kill(process_id(server), signal.SIGKILL)
        output, _ = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "stopped unexpectedly" in output
    assert "Traceback" not in output


def test_a_project_path_can_be_longer_than_a_socket_path(tmp_path: Path) -> None:
    data = tmp_path / ("d" * 100) / ("e" * 100) / "postgres"
    with serving(data, fsync=False) as url:
        assert query_value(url, "SELECT 1") == 1


def test_a_failed_start_shows_the_log_and_the_remedy(server: EmbeddedPostgres) -> None:
    with serving(server.data, fsync=False):
        pass
    (server.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedPostgresError) as failure, server.in_use():
        pass
    assert "database files are incompatible with server" in str(failure.value)
    assert "DATABASE_URL" in str(failure.value)
