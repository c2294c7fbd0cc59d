from pathlib import Path

import pytest

from app.config import SHORTEST_KEY, Settings, secret_key


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    made = secret_key(Settings(var=tmp_path / "new"))
    assert len(made) >= SHORTEST_KEY
    assert secret_key(Settings(var=tmp_path / "new")) == made
    [kept] = (tmp_path / "new").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_first_of_two_processes_makes_the_key(tmp_path: Path, monkeypatch) -> None:
    first = secret_key(Settings(var=tmp_path))
    monkeypatch.setattr(
        Path, "exists", lambda _: False
    )  # as the second one saw it, a moment before
    assert secret_key(Settings(var=tmp_path)) == first


@pytest.mark.parametrize("content", ["", "\n", "short"])
def test_a_file_without_a_key_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret_key").write_text(content)
    with pytest.raises(ValueError, match="Bring it back from a backup"):
        secret_key(Settings(var=tmp_path))
