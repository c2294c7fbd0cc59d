"""The retired names of docs/glossary.md are gone: identifiers, paths, schemas, codes, routes, fields, columns."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from app.config import ROOT
from app.core.error_codes import ERROR_CODES
from app.core.model import Base
from tests.test_architecture import files, parsed

IDENTIFIERS = (
    "Terms", "Verbs", "Classes and functions", "Channels, adapters, jobs, tests",
)  # fmt: skip
NAME = re.compile(r"`([^`]+)`")


@cache
def retired(section: str) -> frozenset[str]:
    """Return the names in backticks in the third column of a section."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^## {re.escape(section)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    rows = [line.split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return frozenset(name for row in rows[1:] for name in NAME.findall(row[-1]))


def identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).rpartition(".")[2], node.lineno


@pytest.mark.parametrize("section", IDENTIFIERS)
def test_retired_identifiers_are_gone(section: str) -> None:
    gone = {name for name in retired(section) if name.isidentifier()}
    assert gone, "the section has retired names"
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in files("app", "devtools", "tests")
        for name, line in identifiers(parsed(path))
        if name in gone
    ]
    assert sorted(set(found)) == []


def test_retired_files_and_folders_are_gone() -> None:
    paths = {name for name in retired("Rooms and files") if "/" in name or name.endswith(".py")}
    assert paths
    there = [path for path in sorted(paths) if any(ROOT.glob(f"**/app/core/{path.rstrip('/')}"))]
    assert there == []


def test_retired_error_codes_are_gone() -> None:
    assert retired("Error codes") & ERROR_CODES.keys() == set()


def test_retired_columns_are_gone() -> None:
    tables = Base.metadata.tables
    names = {*tables} | {
        f"{table}.{column}"
        for table in tables
        for column in tables[table].columns.keys()  # noqa: SIM118 - a column collection
    }
    assert retired("Tables and columns") & names == set()
