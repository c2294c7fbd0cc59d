"""Shows how far a file is read, on stderr: a bar for a person, a line now and then for a log."""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeVar

import click

Item = TypeVar("Item")

SECONDS_BETWEEN_LINES = 5.0


def watched(items: Iterable[Item], file: BinaryIO, label: str) -> Iterator[Item]:
    """The items as they are read from `file`; after each it shows how far the file is read."""
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
