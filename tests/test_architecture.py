"""What the house style says of files, functions and names, checked; who imports whom is lint-imports' part."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from app.config import ROOT

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION, LONGEST_VIEW = 300, 40, 10, 15
HOMELESS = {"utils", "util", "helpers", "common", "misc", "manager", "managers"}
FOLDERS = ("app", "pos_bridge", "tests", "bench")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Lines from `def` to the last, without the docstring."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_files_have_at_most_300_lines() -> None:
    long = {
        name(file): n
        for file in files(*FOLDERS)
        if (n := len(file.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_functions_have_at_most_40_lines_and_10_at_the_median() -> None:
    lengths = {
        f"{name(file)}:{one.name}": length(one)
        for file in files(*FOLDERS)
        for one in functions(file)
    }
    assert {one: n for one, n in lengths.items() if n > LONGEST_FUNCTION} == {}
    assert median(n for one, n in lengths.items() if one.startswith("app/")) <= MEDIAN_FUNCTION


def test_views_have_at_most_15_lines() -> None:
    views = {
        f"{name(file)}:{one.name}": length(one)
        for file in files("app/channels")
        for one in functions(file)
        if any("allowed" in ast.unparse(decorator) for decorator in one.decorator_list)
    }
    assert len(views) > 30
    assert {view: n for view, n in views.items() if n > LONGEST_VIEW} == {}


def test_no_module_is_a_drawer_for_the_homeless() -> None:
    assert [name(file) for file in files(*FOLDERS) if file.stem in HOMELESS] == []


def test_packages_say_nothing_but_where_they_are_wired() -> None:
    speaking = {
        name(file)
        for file in files("app")
        if file.name == "__init__.py" and file.read_text().strip()
    }
    assert speaking == {"app/__init__.py", "app/cli/__init__.py"}


def test_mocks_stay_with_the_adapters() -> None:
    mocking = [
        name(file) for file in files("tests")
        if file != Path(__file__) and ("unittest.mock" in (text := file.read_text()) or "mocker" in text)
    ]  # fmt: skip
    assert [file for file in mocking if not file.startswith("tests/adapters/")] == []


@pytest.mark.parametrize("file", files("tests"), ids=name)
def test_every_test_of_a_file_runs(file: Path) -> None:
    """A second function of one name replaces the first in silence, and a file not named test_… is not read."""
    named = [one.name for one in ast.parse(file.read_text()).body if isinstance(one, Function)]
    tests = [one for one in named if one.startswith("test_")]
    assert len(tests) == len(set(tests))
    assert not tests or file.name.startswith("test_")
