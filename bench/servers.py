"""Starts and stops the measured servers: gunicorn with the project's own configuration. Needs Linux."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import ROOT

WORKERS = 2
START_SECONDS = 30.0
STOP_SECONDS = 25.0


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    """gunicorn's main process; its children are the workers."""

    @property
    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    @property
    def memory(self) -> int:
        """The resident bytes of the largest worker. Shared memory counts in each worker."""
        return max(_resident(pid) for pid in self.workers)

    @property
    def cpu_seconds(self) -> float:
        """The CPU seconds of all workers so far, in user and system mode."""
        return sum(_cpu_seconds(pid) for pid in self.workers)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def gunicorn(application: str, log: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve an application with 2 workers × 8 threads on a free port of the loopback interface."""
    port = _free_port()
    own = {"PORT": str(port), "BIND": "127.0.0.1", "WEB_CONCURRENCY": str(WORKERS)}
    own["THROTTLE"] = "0"  # all load comes from one address
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", application]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment | own,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        server = Server(port, process.pid)
        _wait_until_ready(process, server, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(ROOT / "var" / "metrics" / f"127-0-0-1-{port}", ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    """Wait for a response, and then a little longer, because the second worker may still be loading."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=2) as probe:
                probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if probe.recv(1) and len(server.workers) == WORKERS:
                    time.sleep(2)
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"gunicorn did not start:\n{log.read_text(errors='replace')[-3000:]}")
