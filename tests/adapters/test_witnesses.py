"""Witnesses keep heads of the event chain: the same contract for a file and for an address."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest

from app.adapters.witnesses import AddressWitness, FileWitness, NoWitness, make_witness
from app.core.ports import ChainHead, Witness

FIRST, SECOND = ChainHead(1, b"a" * 32), ChainHead(22, b"b" * 32)


class Store(BaseHTTPRequestHandler):
    """A server that keeps what is put, like an object store."""

    kept: dict[str, bytes] = {}

    def do_PUT(self) -> None:
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201 if self.path != "/broken" else 500)

    def do_GET(self) -> None:
        known = self.kept.get(self.path)
        self._answer(200 if known else 404, known or b"")

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Store.kept = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(params=["file", "address"])
def witness(request: pytest.FixtureRequest, tmp_path: Path, address: str) -> Witness:
    place = tmp_path / "far" / "heads" if request.param == "file" else f"{address}/head"
    return make_witness(str(place))


def test_a_witness_returns_the_last_head_and_none_before_the_first(witness: Witness) -> None:
    assert list(witness.heads()) == []
    for head in (FIRST, SECOND, SECOND):
        witness.keep(head)
    assert list(witness.heads())[-1:] == [SECOND]


def test_a_file_keeps_each_head_once_and_rewrites_none(tmp_path: Path) -> None:
    witness = FileWitness(tmp_path / "heads")
    for head in (FIRST, FIRST, SECOND, SECOND):
        witness.keep(head)
    assert list(witness.heads()) == [FIRST, SECOND]


def test_an_incompletely_written_line_is_not_a_head(tmp_path: Path) -> None:
    witness = FileWitness(tmp_path / "heads")
    witness.keep(FIRST)
    with (tmp_path / "heads").open("ab") as file:
        file.write(b'{"position": 22, "ha')
    assert list(witness.heads()) == [FIRST]


def test_a_refusal_by_the_address_is_an_error(address: str) -> None:
    with pytest.raises(HTTPError):
        AddressWitness(f"{address}/broken").keep(FIRST)
    with pytest.raises(OSError, match="refused"):
        list(AddressWitness("http://127.0.0.1:1/head").heads())


def test_without_a_configured_witness_no_head_is_kept() -> None:
    witness = make_witness("")
    witness.keep(FIRST)
    assert isinstance(witness, NoWitness)
    assert list(witness.heads()) == []
