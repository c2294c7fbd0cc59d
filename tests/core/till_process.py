"""`python -I till.py`: prices carts like the offline till, with the standard library and the engine alone.

It reads worlds of `random_carts.draw`, a line of JSON each, and prints the hash of each quote. It imports the
modules named as arguments first.
"""

import importlib
import json
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

DATABASES = {"sqlite3", "_sqlite3", "dbm"}
ALLOWED = {*sys.stdlib_module_names, "app", "tests"}


class Bar:
    """Allow imports of our own modules and the standard library's, but of no database."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package = name.partition(".")[0]
        ours = package in ALLOWED or package.startswith("_sysconfigdata")  # named by the platform
        if package in DATABASES or not ours:
            raise ModuleNotFoundError(f"A till has no {package}.", name=name)
        return None


def main(wanted: Sequence[str]) -> None:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.meta_path.insert(0, Bar)
    for name in wanted:
        importlib.import_module(name)
    worlds = importlib.import_module("tests.core.random_carts")
    for line in sys.stdin:
        sys.stdout.write(worlds.price(json.loads(line)).hash + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
