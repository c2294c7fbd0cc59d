from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.adapters import postgres_installation
from app.adapters.embedded_postgres import EmbeddedPostgres, serving
from app.adapters.postgres_installation import (
    EmbeddedPostgresError,
    Installation,
    find_installation,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")


def run(url: str, *statements: str) -> object:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        results = [connection.execute(text(statement)) for statement in statements]
        return results[-1].scalar_one()


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Simulate a container that forbids user namespaces and has its environment below /root."""
    var_lib = Path(tempfile.mkdtemp(prefix="onecounter-var-lib-"))
    var_lib.chmod(0o755)
    monkeypatch.setattr(postgres_installation, "VAR_LIB", var_lib)
    monkeypatch.setattr(postgres_installation, "_can_use", lambda *_: False)
    monkeypatch.setattr(postgres_installation, "_reachable", lambda *_: False)
    yield var_lib
    shutil.rmtree(var_lib)


@as_root
def test_root_without_user_namespaces_runs_the_server_as_nobody(
    no_namespaces: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "postgres"
    with serving(data, fsync=False) as url:
        run(url, "CREATE TABLE kept AS SELECT 42 AS answer", "SELECT 1")
        (home,) = no_namespaces.iterdir()
        pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{pid}").stat().st_uid == (home / "data").stat().st_uid != 0
    monkeypatch.undo()
    monkeypatch.setattr(postgres_installation, "VAR_LIB", no_namespaces)
    with serving(data, fsync=False) as url:  # namespaces came, the data did not go
        assert run(url, "SELECT answer FROM kept") == 42
    assert not data.exists()


@as_root
def test_a_folder_that_the_namespace_cannot_write_to_is_not_used(tmp_path: Path) -> None:
    namespace = postgres_installation._user_namespace()
    binaries = find_installation(tmp_path / "postgres").binaries
    assert postgres_installation._can_use(namespace, binaries, tmp_path)
    os.chown(tmp_path, 12345, 12345)
    assert not postgres_installation._can_use(namespace, binaries, tmp_path)


@as_root
def test_a_socket_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "socket"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        Installation(Path("bin"), Path("data")).make_private(folder)


def test_a_symbolic_link_is_refused_as_socket_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        Installation(Path("bin"), Path("data")).make_private(tmp_path / "link")


def test_access_of_others_to_a_socket_folder_is_removed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Installation(Path("bin"), Path("data")).make_private(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_missing_package_is_reported_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_installation, "find_spec", lambda _name: None)
    with pytest.raises(EmbeddedPostgresError, match="set DATABASE_URL"):
        EmbeddedPostgres(tmp_path / "postgres").start()
