"""Reads the PID file of a PostgreSQL data folder: whether a server runs on it, and whether it is ready."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

STATUS_LINE = 7  # of postmaster.pid, whose first line is the process id


def is_ready(data: Path) -> bool:
    """Return whether the server accepts connections, by its status line in the PID file, as pg_ctl does."""
    return running_pid(data) is not None and _lines(data)[STATUS_LINE:] == ["ready"]


def running_pid(data: Path) -> int | None:
    """Return the process id of the server on `data`, or None if none runs."""
    pid = _process_id(data)
    return pid if pid and _serves(pid, data) else None


def remove_stale_files(data: Path, socket_lock: Path) -> None:
    """Remove the files of a server that died with its machine or container.

    PostgreSQL refuses to start while any process of its user has the process id in the file. As root, or in a
    container, another process often has it. Call this only if `running_pid()` found no server on `data`. An id
    that no process has is left to PostgreSQL's own checks.
    """
    pid = _process_id(data)
    with suppress(ProcessLookupError, PermissionError):
        if pid:
            os.kill(pid, 0)
            (data / "postmaster.pid").unlink(missing_ok=True)
            socket_lock.unlink(missing_ok=True)


def wait_for_orphans(data: Path, seconds: float) -> None:
    """Wait until the processes of a killed server have ended by themselves, or the time is over.

    PostgreSQL refuses to start while one of them still uses the shared memory.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(_serves(pid, data) for pid in _processes()):
        time.sleep(0.05)


def _processes() -> Iterator[int]:
    with suppress(FileNotFoundError):  # not Linux: only PostgreSQL's own check applies
        yield from (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())


def _serves(pid: int, data: Path) -> bool:
    """Return whether the process is a server on `data`: its working folder is its data folder."""
    if not Path("/proc/self").exists():  # not Linux: trust the process id
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            return True
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink() == data
    return False


def _process_id(data: Path) -> int:
    first = (_lines(data) or ["0"])[0]
    return int(first) if first.isdecimal() else 0


def _lines(data: Path) -> list[str]:
    try:
        text = (data / "postmaster.pid").read_text()
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [line.strip() for line in text.splitlines()]
