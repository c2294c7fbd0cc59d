"""Counts the SQL statements of a call where psycopg sends them; BEGIN and COMMIT are not among them.

The same requests go to the same applications in this process, one at a time. The first calls, which
fill caches, are not counted.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import structlog
from flask import Flask

from bench import data, floor
from bench.scenarios import FLOOR, OURS, Scenario
from bench.work import Answer, Unit

WARM_UP = 2


def per_call(url: str, folder: Path, scenarios: Sequence[Scenario]) -> dict[str, int]:
    """Statements by the scenario's name; of a flow, those of all its calls."""
    apps = {FLOOR: floor.create(url, threads=1), OURS: _ours(url, folder)}
    try:
        return {scenario.name: _count(apps, scenario) for scenario in scenarios}
    finally:
        apps[FLOOR].extensions["pool"].close()
        apps[OURS].extensions["engine"].dispose()


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
    with _counted() as seen:
        _play(client, units[-1])
    return len(seen)


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


@contextmanager
def _counted() -> Iterator[list[Any]]:
    """What psycopg's cursors are given to execute."""
    seen: list[Any] = []
    execute = psycopg.Cursor.execute

    def noted(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(query)
        return execute(cursor, query, *arguments, **options)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign] - put back below
    try:
        yield seen
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign] - the original
