"""The real service for storms: its processes, started, killed and restarted, and calls of its shoppers."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from app.config import ROOT

T = TypeVar("T")
R = TypeVar("R")


class Answer(NamedTuple):
    status: int
    """0 if no response came."""
    body: Any
    raw: bytes = b""


@dataclass
class Service:
    """Web, worker and sealer on one database, each a process of its own."""

    database_url: str
    var: Path
    application: str = "wsgi:app"
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start web, worker or sealer, and wait until the web answers."""
        self.port = self.port or free_port()
        for name in names or ("web",):
            with (self.var / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    COMMANDS[name](self),
                    cwd=ROOT,
                    env=self._environment(),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        if "web" in self.processes:
            wait_until(lambda: self.call("GET", "/healthz").status == 200, 30, "the web to answer")

    def kill(self, name: str) -> None:
        """kill -9 the process with its children, like a power cut."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def call(
        self, method: str, path: str, token: str | None = None, body: Any = None, key: str | None = None,
        timeout: float = 30,
    ) -> Answer:  # fmt: skip
        """Make one request on a connection of its own."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            raw = response.read()
            return Answer(response.status, json.loads(raw) if raw else None, raw)
        except (OSError, http.client.HTTPException, ValueError):
            return Answer(0, None)
        finally:
            connection.close()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "VAR": str(self.var),
            "PORT": str(self.port),
            "SECRET_KEY": "for tests",
            "THROTTLE": "0",
            "PYTHONPATH": str(ROOT),
            **self.environment,
        }


BIN = Path(sys.executable).parent
COMMANDS: dict[str, Callable[[Service], list[str]]] = {
    "web": lambda service: [
        str(BIN / "gunicorn"), "-c", "gunicorn.conf.py", "--log-level", "warning", service.application,
    ],
    "worker": lambda _: [str(BIN / "flask"), "worker"],
    "sealer": lambda _: [str(BIN / "flask"), "seal", "--forever"],
}  # fmt: skip


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds} s for {what}.")
        time.sleep(0.05)


def at_once(work: Callable[[T], R], items: Iterable[T], threads: int) -> list[R]:
    """Do the work for all items on so many threads; return the results in the items' order."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))
