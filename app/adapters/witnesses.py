"""Where the head of the sealed chain is kept: in a file, at an address, or nowhere.

The file should lie where this machine can only add to it, such as a mount of another one; an address gets the head
by PUT and gives the last one by GET, as an object store or WebDAV does.
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
    """One line for each head that is new, never rewritten."""

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
                # Without its line feed the last one was not written to its end.
                yield from (_from_line(line) for line in file if line.endswith(b"\n"))


class AddressWitness(Witness):
    """The last head only."""

    def __init__(self, address: str) -> None:
        self._address = address

    def keep(self, head: ChainHead) -> None:
        request = Request(  # noqa: S310 - make_witness lets nothing else than http in
            self._address,
            data=_to_line(head),
            method="PUT",
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=TIMEOUT):  # noqa: S310 - as above
            pass

    def heads(self) -> Iterator[ChainHead]:
        try:
            with urlopen(self._address, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
                yield _from_line(answer.read())
        except HTTPError as error:
            if error.code != 404:  # nothing was kept yet
                raise


def make_witness(location: str) -> Witness:
    """Of SEAL_WITNESS: an http(s) address, a path, or nothing."""
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
