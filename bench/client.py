"""The load client: one process, one thread, plain sockets kept alive. It is the same for floors and for ours.

It shares the machine's cores with what it measures, so it does as little as possible: requests are bytes that are
made in advance, and of a response it reads the status and the length. The report gives its CPU time. Without a
client, floors and ours would be faster, and the floors more so.
"""

import selectors
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import NamedTuple

from bench import spread
from bench.connection import TIMEOUT_SECONDS, Connection
from bench.work import HttpResponse, Work


@dataclass(frozen=True)
class Load:
    port: int
    workers: Sequence[int]
    """The process ids of the workers that serve the port."""
    work: Work
    connections: int
    seconds: float
    warm_up: float = 0.0
    """Seconds of the same load before the measured ones."""


class Sample(NamedTuple):
    finished: float
    """Seconds since measuring began."""
    seconds: float
    """Seconds from the first byte sent to the last byte received."""
    status: int

    @property
    def is_good(self) -> bool:
        return self.status < 300


@dataclass
class Result:
    seconds: float = 0.0
    """The seconds of the measurement: fewer than requested if the work ran out."""
    samples: list[Sample] = field(default_factory=list)
    started: int = 0
    """The number of started units, including the warm-up."""
    client_cpu: float = 0.0
    """The CPU seconds of this client for them."""
    failures: list[str] = field(default_factory=list)
    """The first few responses that were no success."""

    @property
    def rate(self) -> float:
        """Successes per second."""
        return (
            sum(sample.is_good for sample in self.samples) / self.seconds if self.seconds else 0.0
        )

    @property
    def statuses(self) -> Counter[int]:
        return Counter(sample.status for sample in self.samples)

    def milliseconds(self, percent: int) -> float:
        """Return the time that `percent` of the successes did not exceed."""
        times = [sample.seconds for sample in self.samples if sample.is_good]
        if len(times) < 2:
            return sum(times) * 1000
        return quantiles(times, n=100, method="inclusive")[percent - 1] * 1000


def run(load: Load) -> Result:
    """Keep each connection busy until the time is over or the work runs out.

    Wait for requests that are open at the end, so that no server has half a request, but do not count them.
    """
    connections = spread.connect(load.port, load.workers, load.connections)
    before = time.process_time()
    result = _LoadRun(load, connections).run()
    result.client_cpu = time.process_time() - before
    return result


class _LoadRun:
    def __init__(self, load: Load, connections: Sequence[Connection]) -> None:
        self.units = load.work.units()
        self.result = Result()
        self.selector = selectors.DefaultSelector()
        self.start = time.perf_counter() + load.warm_up
        self.stop = self.start + load.seconds
        for connection in connections:
            if self._begin(connection, time.perf_counter()):
                self.selector.register(connection.socket, selectors.EVENT_READ, connection)

    def run(self) -> Result:
        while self.selector.get_map():
            ready = self.selector.select(TIMEOUT_SECONDS)
            if not ready:
                raise TimeoutError(f"No response for {TIMEOUT_SECONDS:.0f} s.")
            for key, _ in ready:
                answer = key.data.receive()
                if answer is not None and not self._continue(key.data, answer):
                    self.selector.unregister(key.fileobj)
                    key.data.socket.close()
        ended = min(self.stop, time.perf_counter())
        self.result.seconds = max(ended - self.start, 1e-9)
        return self.result

    def _begin(self, connection: Connection, now: float) -> bool:
        """Begin the next unit on a connection. Return False if there is none or the time is over."""
        unit = next(self.units, None) if now < self.stop else None
        if unit is None:
            return False
        self.result.started += 1
        connection.unit, connection.started_at = unit, now
        connection.socket.sendall(next(unit))
        return True

    def _continue(self, connection: Connection, answer: HttpResponse) -> bool:
        """Continue a connection. A unit ends with its last response, or with the first that is no success."""
        now = time.perf_counter()
        if answer.status < 300:
            try:
                next_request = connection.unit.send(answer)
            except StopIteration:
                pass
            else:
                if now < self.stop:
                    connection.socket.sendall(next_request)
                return now < self.stop
        elif len(self.result.failures) < 3:
            self.result.failures.append(f"{answer.status} {answer.body[:300].decode()}")
        if self.start <= now < self.stop:
            took = now - connection.started_at
            self.result.samples.append(Sample(now - self.start, took, answer.status))
        return self._begin(connection, now)
