"""Opens connections that are spread evenly over the workers.

A kept-alive connection stays with the worker that accepted it. If several arrive at once, one worker often accepts
all of them, and half of the machine idles in one round by chance and not in the next. So each worker in turn gets
its part while the others are stopped. With a proxy, the large number of connections has the same effect.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.connection import Connection
from bench.work import request


def connect(port: int, workers: Sequence[int], count: int) -> list[Connection]:
    """Return `count` connections, equally many to each worker; the first workers get the remainder."""
    connections: list[Connection] = []
    for place, worker in enumerate(workers):
        with _stopped([other for other in workers if other != worker]):
            for _ in range(place, count, len(workers)):
                connection = Connection(port)
                connection.exchange(request("GET", "/healthz"))
                connections.append(connection)
    return connections


@contextmanager
def _stopped(workers: Sequence[int]) -> Iterator[None]:
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
