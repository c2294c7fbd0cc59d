"""The engine has no server: an offline till computes the same price, to the byte of its hash."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.core import random_carts, till_process
from tests.scale import scaled

CARTS = scaled(10_000, 1_000)


def run(*arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    """Run the till in an interpreter that gets nothing from us but its input."""
    command = [sys.executable, "-I", till_process.__file__, *arguments]
    return subprocess.run(
        command, input=lines, capture_output=True, text=True, timeout=120, cwd=Path("/"), env={}
    )


def test_a_process_without_flask_and_database_gives_the_same_hashes() -> None:
    chance = Random("J8")
    drawn = [random_carts.draw(chance) for _ in range(CARTS)]
    at_the_till = run(lines="".join(f"{json.dumps(world)}\n" for world in drawn))
    assert at_the_till.returncode == 0, at_the_till.stderr
    here = [random_carts.price(world) for world in drawn]
    assert at_the_till.stdout.split() == [quote.hash for quote in here]
    assert len({quote.hash for quote in here}) > CARTS * 0.95
    kinds = [applied.kind for quote in here for applied in quote.applied]
    assert len(set(kinds)) == 9
    assert len(kinds) > CARTS / 2


@pytest.mark.parametrize(
    "name", ["flask", "sqlalchemy", "psycopg", "marshmallow", "sqlite3", "app.core.pricing.models"]
)
def test_the_till_process_of_these_tests_really_lacks_the_servers_modules(name: str) -> None:
    refused = run(name)
    assert refused.returncode == 1
    assert "ModuleNotFoundError: A till has no" in refused.stderr
