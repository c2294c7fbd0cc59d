"""A plain HTTP connection that is kept alive. Of a response it reads the status and the length."""

import socket

from bench.work import HttpResponse, Unit

TIMEOUT_SECONDS = 30.0
"""Seconds without any response after which a run ends."""


class Connection:
    unit: Unit
    """The current unit of this connection."""
    started_at: float

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def exchange(self, request: bytes) -> HttpResponse:
        """Send a request and wait for the response."""
        self.socket.sendall(request)
        answer = None
        while answer is None:
            answer = self.receive()
        return answer

    def receive(self) -> HttpResponse | None:
        """Return the response, or None until its last byte is received. Raises ConnectionError."""
        received = self.socket.recv(1 << 18)
        if not received:
            raise ConnectionError("The server closed a connection.")
        self._buffer += received
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end or len(body) < _content_length(head):
            return None
        self._buffer = b""
        return HttpResponse(int(head[9:12]), body)


def _content_length(head: bytes) -> int:
    begin = head.index(b"Content-Length: ") + 16
    end = head.find(b"\r", begin)
    return int(head[begin : end if end > 0 else len(head)])
