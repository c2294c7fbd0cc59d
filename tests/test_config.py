"""Settings of the environment reach every reader, and nonsense stops the start."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from app.config import MIN_KEY_LENGTH, ROOT, Settings, from_environment, secret_key
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


def test_a_key_is_generated_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    made = secret_key(Settings(var=tmp_path / "new"))
    assert len(made) >= MIN_KEY_LENGTH
    assert secret_key(Settings(var=tmp_path / "new")) == made
    [kept] = (tmp_path / "new").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_first_of_two_processes_generates_the_key(tmp_path: Path, monkeypatch) -> None:
    first = secret_key(Settings(var=tmp_path))
    # The state that the second process saw a moment before.
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert secret_key(Settings(var=tmp_path)) == first


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_a_file_without_a_key_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_text(content)
    with pytest.raises(ValueError, match="Restore it from a backup"):
        secret_key(Settings(var=tmp_path))


@pytest.mark.parametrize(
    ("name", "given"),
    [("COUNTRY", "Germany"), ("COUNTRY", "de"), ("CASH_ROUNDING", "US"), ("CASH_ROUNDING", "US=0")],
)
def test_a_setting_about_countries_that_cannot_be_read_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    monkeypatch.setenv(name, given)
    with pytest.raises(ValueError, match=name):
        from_environment()
