"""Counts the SQL statements of a call where psycopg sends them; BEGIN and COMMIT are not among them.

The same requests go to the same applications in this process, one at a time. The first calls, which
fill caches, are not counted.
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
from bench.work import Answer, Unit

WARM_UP = 2


class Counting(psycopg.Cursor[Any]):
    executed: ClassVar[int] = 0

    def execute(self, *arguments: Any, **options: Any) -> Self:
        Counting.executed += 1
        return super().execute(*arguments, **options)


def per_call(url: str, folder: Path, scenarios: Sequence[Scenario]) -> dict[str, int]:
    """Statements by the scenario's name; of a flow, those of all its calls."""
    event.listen(Pool, "connect", _count_on)
    apps = {
        FLOOR: floor.create(url, threads=1, cursor_factory=Counting),
        OURS: _ours(url, folder),
    }
    try:
        return {scenario.name: _count(apps, scenario) for scenario in scenarios}
    finally:
        apps[FLOOR].extensions["pool"].close()
        apps[OURS].extensions["engine"].dispose()
        event.remove(Pool, "connect", _count_on)


def _count_on(made: Any, _: Any) -> None:
    """Called for each new connection of SQLAlchemy's."""
    made.cursor_factory = Counting


def _ours(url: str, folder: Path) -> Flask:
    from app.config import Settings
    from app.wiring import make_app

    app = make_app(Settings(database_url=url, var=folder, secret_key=data.SECRET))
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    return app


def _count(apps: Mapping[str, Flask], scenario: Scenario) -> int:
    client = apps[scenario.service].test_client()
    units = list(islice(scenario.supply.work(0.1).units(), WARM_UP + 1))
    scenario.supply.took(len(units))
    for unit in units[:-1]:
        _play(client, unit)
    before = Counting.executed
    _play(client, units[-1])
    return Counting.executed - before


def _play(client: Any, unit: Unit) -> None:
    answer: Answer | None = None
    while True:
        try:
            sent = next(unit) if answer is None else unit.send(answer)
        except StopIteration:
            return
        answer = _answer(client, sent)
        if answer.status >= 300:
            raise RuntimeError(f"{sent!r} was answered {answer.status}: {answer.body!r}")


def _answer(client: Any, sent: bytes) -> Answer:
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    answer = client.open(path, method=method, headers=headers, data=body)
    return Answer(answer.status_code, answer.data)
