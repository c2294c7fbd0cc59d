"""Reports the measurements: a table for people, JSON for programs."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench import database, engine
from bench.hot import BUYERS, UNITS, Race
from bench.measure import Figure
from bench.scenarios import FLOOR, OURS, Scenario

PACKAGES = ("Flask", "SQLAlchemy", "psycopg", "gunicorn")
MIB = 1024 * 1024


@dataclass
class Report:
    facts: dict[str, str]
    scenarios: Sequence[Scenario]
    statements: Mapping[str, int]
    figures: list[Figure] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)
    engine_figures: list[engine.Figure] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)
    """Bytes of the largest worker, by service."""

    @property
    def is_good(self) -> bool:
        """Whether each response was as expected and each race exact."""
        exact = all(race.is_exact and not race.errors for race in self.races)
        return exact and not any(figure.failures for figure in self.figures)

    def share(self, figure: Figure) -> float | None:
        floor = next(s.floor for s in self.scenarios if s.name == figure.name)
        for below in self.figures:
            if (below.name, below.connections) == (floor, figure.connections):
                return figure.share_of(below)
        return None


def machine(url: str, catalogue: str) -> dict[str, str]:
    with database.connect(url) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version'), current_setting('fsync'), "
            "current_setting('synchronous_commit'), (SELECT count(*) FROM variants), "
            "(SELECT count(*) FROM stock), (SELECT count(*) FROM orders)"
        ).fetchone()
    assert row is not None
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return {
        "machine": f"{os.cpu_count()} cores of {_processor()}, load {os.getloadavg()[0]:.1f} before",
        "software": f"Python {platform.python_version()}, {packages}",
        "database": f"PostgreSQL {row[0]}, fsync {row[1]}, synchronous_commit {row[2]}",
        "data": f"{catalogue}: {row[3]:,} variants, {row[4]:,} stock rows, {row[5]:,} orders before",
        "servers": "gunicorn.conf.py, 2 workers × 8 threads, for floors and ours alike",
        "not running": "worker and sealer, which would use their part of the cores",
    }


def _processor() -> str:
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return names[0] if names else platform.machine()


def as_text(report: Report) -> str:
    parts = [f"{name + ':':13}{text}" for name, text in report.facts.items()]
    for connections in sorted({figure.connections for figure in report.figures}):
        parts += ["", *_table(report, connections)]
    if report.races:
        parts += ["", *_race_lines(report.races)]
    parts += ["", *_aim_lines(report)]
    if report.engine_figures:
        parts += ["", engine.as_text(report.engine_figures), ""]
    memory = ", ".join(f"{name} {size / MIB:.0f} MiB" for name, size in report.memory.items())
    parts.append(f"Resident memory per worker at the end: {memory}")
    own = [figure.client_cpu for figure in report.figures]
    if own:
        parts.append(f"The client used {min(own):.2f} to {max(own):.2f} ms of CPU per unit")
    problems = [f"{f.name}, {f.connections}: {f.failures[0]}" for f in report.figures if f.failures]
    return "\n".join([*parts, *(f"REFUSED  {problem}" for problem in problems)])


def _table(report: Report, connections: int) -> list[str]:
    plural = "connection" if connections == 1 else "connections"
    head = (
        f"{connections} {plural:12} {'requests/s':>11} {'(min–max)':>15} {'p50 ms':>8} "
        f"{'p99 ms':>8} {'CPU ms':>7} {'statements':>11} {'of floor':>9} {'aim':>5}"
    )
    lines = [head, "─" * len(head)]
    aims = {scenario.name: scenario.aim for scenario in report.scenarios}
    services = {scenario.name: scenario.service for scenario in report.scenarios}
    for figure in report.figures:
        if figure.connections == connections:
            name = figure.name if services[figure.name] == OURS else f"· {figure.name}"
            lines.append(_row(figure, name, report, aims[figure.name]))
    return lines


def _row(figure: Figure, name: str, report: Report, aim: float) -> str:
    share = report.share(figure)
    span = f"({figure.slowest:,.0f}–{figure.fastest:,.0f})"
    return (
        f"{name:24} {figure.rate:>9,.0f} {span:>15} {figure.p50:>8.2f} {figure.p99:>8.2f} "
        f"{figure.cpu:>7.2f} "
        f"{report.statements.get(figure.name, 0):>11} {'' if share is None else f'{share:.0%}':>9} "
        f"{f'{aim:.0%}' if aim else '':>5}"
    )


def _aim_lines(report: Report) -> list[str]:
    lines = []
    for scenario in report.scenarios:
        reached = [
            f"{share:.0%} at {figure.connections}"
            for figure in report.figures
            if figure.name == scenario.name and (share := report.share(figure)) is not None
        ]
        if scenario.aim and reached:
            aim = f"at least {scenario.aim:.0%} of the {scenario.floor}"
            lines.append(f"Aim: {scenario.name} {aim}. Reached: {', '.join(reached)} connections")
    return lines


def _race_lines(races: Sequence[Race]) -> list[str]:
    lines = [f"One hot item: {BUYERS} buyers for {UNITS} units, 640 orders sent"]
    for race in races:
        lines.append(
            f"  {race.service:6} {race.orders:>4} orders, {race.refusals} refusals, {race.errors} errors; "
            f"sold out after {race.sold_out_after:.2f} s, finished after {race.finished_after:.2f} s; "
            f"{'exact' if race.is_exact else f'NOT EXACT: {race}'}"
        )
    times = {
        service: median(race.sold_out_after for race in races if race.service == service)
        for service in (FLOOR, OURS)
    }
    lines.append(f"  The floor needs {times[FLOOR] / times[OURS]:.0%} of our time to sell out.")
    return lines


def as_json(report: Report) -> dict[str, Any]:
    return {
        "facts": report.facts,
        "figures": [
            {
                "name": f.name, "connections": f.connections, "rate": f.rate, "p50_ms": f.p50,
                "p99_ms": f.p99, "cpu_ms": f.cpu, "statements": report.statements.get(f.name),
                "share": report.share(f), "rounds": [asdict(one) for one in f.rounds],
            }
            for f in report.figures
        ],
        "aims": {s.name: s.aim for s in report.scenarios if s.aim},
        "races": [asdict(race) for race in report.races],
        "engine": engine.as_json(report.engine_figures),
        "memory": report.memory,
        "good": report.is_good,
    }  # fmt: skip
