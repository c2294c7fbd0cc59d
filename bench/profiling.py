"""`--profile`: shows with py-spy how a worker spends its time under load.

It samples only the thread that has the interpreter lock. The others wait for the lock, for the database or for a
client. So the shares are of the CPU time of Python, which is the scarcest resource here. The work of C functions
without the lock is missing.
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


def hottest_functions(
    raw: Path, count: int = 30
) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Return the functions by their own time and by their time with callees, as shares of the total."""
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
    """Return the frames inside Flask. Everything outside it counts as one frame."""
    entry = next((n for n, frame in enumerate(frames) if frame.startswith("Flask.__call__")), None)
    return [OUTSIDE] if entry is None else frames[entry:]


def _shares(counts: Counter[str], total: int, count: int) -> list[tuple[str, float]]:
    return [(f"{name})", samples / total) for name, samples in counts.most_common(count)]
