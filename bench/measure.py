"""Measures scenarios in rounds. Each round runs all of them once, floors and ours by turns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from statistics import median

from bench.client import Load, Result, run
from bench.scenarios import Scenario
from bench.servers import Server

Run = Callable[[Load], Result]

FIRST_WARM_UP = 1.0
"""Seconds before the first round of a scenario; later ones get half."""


@dataclass(frozen=True)
class Round:
    rate: float
    """Successes per second."""
    p50: float
    p99: float
    cpu: float
    """The workers' milliseconds of CPU per unit, including the warm-up. Noise hardly changes it."""
    client_cpu: float
    """The client's milliseconds of CPU per unit."""
    refused: int


@dataclass
class Figure:
    name: str
    connections: int
    rounds: list[Round] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(one.rate for one in self.rounds)

    @property
    def slowest(self) -> float:
        return min(one.rate for one in self.rounds)

    @property
    def fastest(self) -> float:
        return max(one.rate for one in self.rounds)

    @property
    def p50(self) -> float:
        return median(one.p50 for one in self.rounds)

    @property
    def p99(self) -> float:
        return median(one.p99 for one in self.rounds)

    @property
    def cpu(self) -> float:
        return median(one.cpu for one in self.rounds)

    @property
    def client_cpu(self) -> float:
        return median(one.client_cpu for one in self.rounds)

    def share_of(self, floor: "Figure") -> float:
        """Return the median of the rounds' shares: a slow round slows its floor right before it, too."""
        pairs = zip(self.rounds, floor.rounds, strict=True)
        return median(ours.rate / base.rate if base.rate else 0.0 for ours, base in pairs)

    def add(self, result: Result, cpu_seconds: float) -> None:
        refused = sum(not sample.is_good for sample in result.samples)
        times = result.milliseconds(50), result.milliseconds(99)
        cpu, own = (x * 1000 / max(result.started, 1) for x in (cpu_seconds, result.client_cpu))
        self.rounds.append(Round(result.rate, *times, cpu, own, refused))
        self.failures += result.failures


@contextmanager
def client() -> Iterator[Run]:
    """Yield the load client in its own process, which does not share our interpreter lock."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda load: pool.submit(run, load).result()


def measure(
    send: Run,
    servers: Mapping[str, Server],
    scenarios: Sequence[Scenario],
    connections: int,
    seconds: float,
    rounds: int,
) -> list[Figure]:
    figures = [Figure(scenario.name, connections) for scenario in scenarios]
    for number in range(rounds):
        for scenario, figure in zip(scenarios, figures, strict=True):
            warm_up = min(seconds, FIRST_WARM_UP) / (2 if number else 1)
            work = scenario.supply.work(warm_up + seconds)
            server = servers[scenario.service]
            before = server.cpu_seconds
            load = Load(server.port, server.workers, work, connections, seconds, warm_up)
            result = send(load)
            figure.add(result, server.cpu_seconds - before)
            scenario.supply.mark_used(result.started)
    return figures
