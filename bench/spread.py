"""Opens connections that are spread evenly over the workers.

A kept-alive connection stays with the worker that accepted it, and when several come at once one
worker often takes them all: half the machine then idles, by luck, in one round and not in the next.
So each worker in turn gets its part while the others are stopped. A proxy with many connections comes
to the same by their number.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.connection import Connection
from bench.work import request


def connect(port: int, workers: Sequence[int], count: int) -> list[Connection]:
    """`count` connections, equally many to each worker, one more to the first ones if it does not divide."""
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
