"""`--profile`: where the time of a worker goes while it is under load, by py-spy.

Only the thread that holds the interpreter's lock is sampled: the others wait, for it, for the
database or for a client. So the shares are of the CPU that Python takes, which is what there is
least of here; what a C function does after it let go of the lock is missing.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import Server

RATE = 250
"""Samples per second."""
OUTSIDE = "(gunicorn and its threads)"


@contextmanager
def profiled(server: Server, seconds: float, target: Path) -> Iterator[None]:
    """Sample the workers while the block runs: one to `target`.svg, one to `target`.raw."""
    formats = {"flamegraph": ".svg", "raw": ".raw"}
    program = str(Path(sys.executable).with_name("py-spy"))
    profilers = [
        subprocess.Popen(
            [program, "record", "--pid", str(pid), "--duration", str(int(seconds)), "--rate",
             str(RATE), "--gil", "--format", form, "--output", f"{target}{suffix}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for pid, (form, suffix) in zip(server.workers, formats.items(), strict=True)
    ]  # fmt: skip
    try:
        yield
    finally:
        for spy in profilers:
            spy.wait(timeout=seconds + 30)


def hottest_functions(raw: Path, count: int = 30) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """The functions by their own time and by their time with what they call, as shares of all."""
    own: Counter[str] = Counter()
    inclusive: Counter[str] = Counter()
    for line in raw.read_text().splitlines():
        stack, _, samples = line.rpartition(" ")
        frames = _inside([frame.rpartition(":")[0] or frame for frame in stack.split(";")])
        own[frames[-1]] += int(samples)
        for frame in set(frames):
            inclusive[frame] += int(samples)
    total = own.total() or 1
    return _shares(own, total, count), _shares(inclusive, total, 3 * count)


def _inside(frames: list[str]) -> list[str]:
    """What is called by Flask; all that is around it is one."""
    entry = next((n for n, frame in enumerate(frames) if frame.startswith("Flask.__call__")), None)
    return [OUTSIDE] if entry is None else frames[entry:]


def _shares(counts: Counter[str], total: int, count: int) -> list[tuple[str, float]]:
    return [(f"{name})", samples / total) for name, samples in counts.most_common(count)]
