"""Stores the head of the sealed event chain in a file, at an HTTP address, or nowhere.

Put the file where this machine can only append to it, such as a mount of another machine. An address receives the
head by PUT and returns the last one by GET, as an object store or WebDAV does.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from app.core.ports import ChainHead, Witness

TIMEOUT = 8.0
"""Seconds."""
MAX_LINE_BYTES = 200


class NoWitness(Witness):
    def keep(self, head: ChainHead) -> None:
        pass

    def heads(self) -> Iterator[ChainHead]:
        return iter(())


class FileWitness(Witness):
    """Appends one line for each new head and never rewrites one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, head: ChainHead) -> None:
        line = _to_line(head)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - MAX_LINE_BYTES, 0))
            if file.read().endswith(line):
                return
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def heads(self) -> Iterator[ChainHead]:
        if self._path.exists():
            with self._path.open("rb") as file:
                # A last line without a line feed is incomplete.
                yield from (_from_line(line) for line in file if line.endswith(b"\n"))


class AddressWitness(Witness):
    """Stores only the last head."""

    def __init__(self, address: str) -> None:
        self._address = address

    def keep(self, head: ChainHead) -> None:
        request = Request(  # noqa: S310 - make_witness accepts only http and https
            self._address,
            data=_to_line(head),
            method="PUT",
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=TIMEOUT):  # noqa: S310 - as above
            pass

    def heads(self) -> Iterator[ChainHead]:
        try:
            with urlopen(self._address, timeout=TIMEOUT) as response:  # noqa: S310 - as above
                yield _from_line(response.read())
        except HTTPError as error:
            if error.code != 404:  # no head was stored yet
                raise


def make_witness(location: str) -> Witness:
    """Return the witness for the setting SEAL_WITNESS: an http(s) address, a path, or empty."""
    if not location:
        return NoWitness()
    if location.startswith(("https://", "http://")):
        return AddressWitness(location)
    return FileWitness(Path(location))


def _to_line(head: ChainHead) -> bytes:
    return json.dumps({"position": head.position, "hash": head.hash.hex()}).encode() + b"\n"


def _from_line(line: bytes) -> ChainHead:
    content = json.loads(line)
    return ChainHead(content["position"], bytes.fromhex(content["hash"]))
