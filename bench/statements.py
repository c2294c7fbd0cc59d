"""Counts the SQL statements that psycopg sends for a call, without BEGIN and COMMIT.

The same requests go to the same applications in this process, one at a time. The first calls fill caches and are
not counted.
"""

import logging
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Self

import psycopg
import structlog
from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool

from bench import data, floor
from bench.scenarios import FLOOR, OURS, Scenario
from bench.work import HttpResponse, Unit

WARM_UP = 2


class CountingCursor(psycopg.Cursor[Any]):
    executed: ClassVar[int] = 0

    def execute(self, *arguments: Any, **options: Any) -> Self:
        CountingCursor.executed += 1
        return super().execute(*arguments, **options)


def per_call(url: str, folder: Path, scenarios: Sequence[Scenario]) -> dict[str, int]:
    """Return the statements by the scenario's name; a flow has those of all its calls."""
    event.listen(Pool, "connect", _use_counting_cursor)
    apps = {
        FLOOR: floor.create(url, threads=1, cursor_factory=CountingCursor),
        OURS: _our_app(url, folder),
    }
    try:
        return {scenario.name: _count(apps, scenario) for scenario in scenarios}
    finally:
        apps[FLOOR].extensions["pool"].close()
        apps[OURS].extensions["engine"].dispose()
        event.remove(Pool, "connect", _use_counting_cursor)


def _use_counting_cursor(made: Any, _: Any) -> None:
    """Count on a new connection of SQLAlchemy."""
    made.cursor_factory = CountingCursor


def _our_app(url: str, folder: Path) -> Flask:
    from app.config import Settings
    from app.wiring import make_app

    app = make_app(Settings(database_url=url, var=folder, secret_key=data.SECRET))
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    return app


def _count(apps: Mapping[str, Flask], scenario: Scenario) -> int:
    client = apps[scenario.service].test_client()
    units = list(islice(scenario.supply.work(0.1).units(), WARM_UP + 1))
    scenario.supply.mark_used(len(units))
    for unit in units[:-1]:
        _run_unit(client, unit)
    before = CountingCursor.executed
    _run_unit(client, units[-1])
    return CountingCursor.executed - before


def _run_unit(client: Any, unit: Unit) -> None:
    answer: HttpResponse | None = None
    while True:
        try:
            sent = next(unit) if answer is None else unit.send(answer)
        except StopIteration:
            return
        answer = _send(client, sent)
        if answer.status >= 300:
            raise RuntimeError(f"{sent!r} failed with {answer.status}: {answer.body!r}")


def _send(client: Any, sent: bytes) -> HttpResponse:
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    answer = client.open(path, method=method, headers=headers, data=body)
    return HttpResponse(answer.status_code, answer.data)
