"""Opens connections that are spread evenly over the workers.

A kept-alive connection stays with the worker that accepted it, and when several come at once one
worker often takes them all: half the machine then idles, by luck, in one round and not in the next.
So each connection is asked for something, its worker is looked up in /proc, and what one worker has
too many of is closed again. A proxy with many connections comes to the same by their number.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.connection import Connection
from bench.work import request

TRIES = 20
"""Connections to open, at most, for each that is wanted."""


def connect(port: int, workers: Sequence[int], count: int) -> list[Connection]:
    """`count` connections, equally many to each worker, one more to some if it does not divide."""
    most = -(-count // len(workers))
    held: Counter[int | None] = Counter()
    taken: list[Connection] = []
    surplus: list[Connection] = []
    while len(taken) < count and len(taken) + len(surplus) < TRIES * count:
        connection = Connection(port)
        connection.ask(request("GET", "/healthz"))
        worker = _worker(connection, workers)
        (taken if worker is None or held[worker] < most else surplus).append(connection)
        held[worker] += 1
    for connection in surplus:
        connection.socket.close()
    if len(taken) < count:
        raise RuntimeError(f"No even spread over the workers in {TRIES * count} connections.")
    return taken


def _worker(connection: Connection, workers: Sequence[int]) -> int | None:
    """The process that holds the other end; None where it cannot be told."""
    port, peer = connection.socket.getpeername()[1], connection.socket.getsockname()[1]
    held = f"socket:[{_inode(port, peer)}]"
    return next((pid for pid in workers if held in _open_files(pid)), None)


def _open_files(pid: int) -> set[str]:
    files = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            files.add(str(link.readlink()))
        except OSError:
            continue  # closed meanwhile
    return files


def _inode(port: int, peer: int) -> str | None:
    """Of the socket at `port` that is connected with `peer`, as the kernel lists it."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[2].endswith(f":{peer:04X}"):
            return fields[9]
    return None
