"""Shows on stderr how much of a file is read: a bar on a terminal, a line each 5 seconds in a log."""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeVar

import click

Item = TypeVar("Item")

SECONDS_BETWEEN_LINES = 5.0


def with_progress(items: Iterable[Item], file: BinaryIO, label: str) -> Iterator[Item]:
    """Yield the items as they are read from `file`. After each, show how much of the file is read."""
    size = os.fstat(file.fileno()).st_size
    if sys.stderr.isatty():
        return _with_bar(items, file, size, label)
    return _with_lines(items, file, size, label)


def _with_bar(items: Iterable[Item], file: BinaryIO, size: int, label: str) -> Iterator[Item]:
    with click.progressbar(length=size, label=label, file=sys.stderr) as bar:
        for item in items:
            yield item
            bar.update(file.tell() - bar.pos)


def _with_lines(items: Iterable[Item], file: BinaryIO, size: int, label: str) -> Iterator[Item]:
    due = time.monotonic() + SECONDS_BETWEEN_LINES
    for item in items:
        yield item
        if time.monotonic() >= due:
            click.echo(f"{label}: {file.tell() / size:.0%}", err=True)
            due = time.monotonic() + SECONDS_BETWEEN_LINES
