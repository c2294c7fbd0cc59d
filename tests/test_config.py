"""What the environment says reaches all who ask for it, and nonsense stops the start."""

import runpy
from typing import Any

import pytest

from app.config import ROOT, from_environment
from app.wiring import engine_options


def gunicorn() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "gunicorn.conf.py"))


@pytest.mark.parametrize(("given", "threads"), [("3", 3), ("", 8)])
def test_each_request_thread_has_a_connection(
    monkeypatch: pytest.MonkeyPatch, given: str, threads: int
) -> None:
    monkeypatch.setenv("THREADS", given)
    assert gunicorn()["threads"] == threads
    assert engine_options(from_environment())["pool_size"] == threads


@pytest.mark.parametrize("given", ["0", "-1", "many", "²"])
def test_no_process_starts_without_threads(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("THREADS", given)
    with pytest.raises(ValueError, match="THREADS must be a whole number"):
        gunicorn()
