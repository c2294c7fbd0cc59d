"""The pricing rules that a process caches, while other threads read them too."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from uuid import uuid4

import pytest

from app.core.pricing import rules
from app.core.pricing.rules import Rules


@contextmanager
def between_lines(function: str, rival: Any) -> Iterator[None]:
    """Let the rival run between each two lines of a function, as another thread could."""

    def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
        if frame.f_code.co_name != function:
            return None
        rival()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def test_a_cart_is_priced_by_the_rules_that_were_read_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slower thread, which began to read before the rules changed, caches the older ones meanwhile."""
    older, newer = Rules(version=uuid4()), Rules(version=uuid4())
    monkeypatch.setattr(rules, "_cached", Rules(version=uuid4()))
    monkeypatch.setattr(rules, "_load", lambda _reader: newer)
    with between_lines("current", lambda: setattr(rules, "_cached", older)):
        found = rules.current(None, newer.version)  # type: ignore[arg-type]
    assert found is newer
