"""make clients: lint the OpenAPI document, generate three clients from it, compile them, place an order with each.

It works in var/clients, on a copy of this folder, and starts a demo shop in a temporary folder.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from venv import EnvBuilder

from app.adapters.embedded_postgres import serving
from app.config import ROOT
from tests.faults.service import BIN, Service, free_port

SOURCE = Path(__file__).parent
WORK = ROOT / "var" / "clients"
PYTHON = WORK / ".venv" / "bin"
DOCUMENT = "generated/openapi.json"
OLDEST_NODE = (18, 18)

GENERATE = (
    ["npx", "openapi-typescript", DOCUMENT, "--default-non-nullable=false", "--output", "generated/schema.d.ts"],
    ["npx", "openapi-ts", "--file", "openapi-ts.config.mjs"],
    [
        str(PYTHON / "openapi-python-client"), "generate", "--path", DOCUMENT, "--meta", "none",
        "--config", "openapi-python-client.yaml", "--output-path", "generated/python/onecounter_client",
        "--fail-on-warning",
    ],
)  # fmt: skip
COMPILE = (
    ["npx", "tsc", "--project", "."],
    [
        str(BIN / "mypy"), "--strict", "--config-file=", "--python-executable", str(PYTHON / "python"),
        "order_with_openapi_python_client.py", "generated/python/onecounter_client",
    ],
)  # fmt: skip
ORDER = (
    ["node", "generated/js/order-with-openapi-fetch.js"],
    ["node", "generated/js/order-with-hey-api.js"],
    [str(PYTHON / "python"), "order_with_openapi_python_client.py"],
)


def main() -> None:
    missing = missing_programs()
    if missing:
        print(f"skipped: make clients, because {missing}")
        return
    prepare()
    document = run([str(BIN / "flask"), "openapi"], ROOT)
    (WORK / DOCUMENT).write_text(document)
    run(["npx", "redocly", "lint", DOCUMENT])
    for command in (*GENERATE, *COMPILE):
        run(command)
    print(run(["node", "generated/js/patterns.js"]), end="")
    with tempfile.TemporaryDirectory() as var:
        order_from(Path(var))


def missing_programs() -> str:
    """Return the missing programs; empty if there are none."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    if absent:
        return f"{' and '.join(absent)} cannot be found"
    version = run(["node", "--version"], ROOT).strip()
    major, minor, _ = version.removeprefix("v").split(".")
    if (int(major), int(minor)) < OLDEST_NODE:
        return f"node is {version}, older than {'.'.join(map(str, OLDEST_NODE))}"
    return ""


def prepare() -> None:
    """Copy this folder to WORK, and install the generators there if their pins changed."""
    installed = {name: read(WORK / f"installed-{name}") for name in PINS}
    shutil.copytree(SOURCE, WORK, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*"))
    shutil.rmtree(WORK / "generated", ignore_errors=True)
    (WORK / "generated").mkdir()
    for name, install in PINS.items():
        pinned = read(SOURCE / name)
        if installed[name] != pinned:
            install()
            (WORK / f"installed-{name}").write_text(pinned)


def install_node_packages() -> None:
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"])


def install_python_packages() -> None:
    EnvBuilder(with_pip=True, clear=True).create(WORK / ".venv")
    pip = [str(PYTHON / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "--requirement", "requirements.txt"])


PINS = {
    "package-lock.json": install_node_packages,
    "requirements.txt": install_python_packages,
}


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def order_from(var: Path) -> None:
    """Start a demo shop in the folder and let each client place an order there."""
    with serving(var / "postgres", fsync=False) as database_url:
        shop = Service(database_url, var, port=free_port())
        settings = {"DATABASE_URL": database_url, "VAR": str(var), "SECRET_KEY": "for tests"}
        run([str(BIN / "flask"), "setup"], ROOT, settings)
        shop.start("web", "worker")
        try:
            address = {"SHOP": f"http://127.0.0.1:{shop.port}", "PYTHONPATH": "generated/python"}
            for command in ORDER:
                print(run(command, WORK, address), end="")
        finally:
            shop.stop()


def run(command: list[str], folder: Path = WORK, environment: dict[str, str] | None = None) -> str:
    """Return the output of the command. If it fails, exit with all its output."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "REDOCLY_TELEMETRY": "off", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
