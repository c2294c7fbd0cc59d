"""The house style's rules for files, functions, names and tests. lint-imports checks the imports between rooms."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from app.config import ROOT

TREES = ("app", "pos_bridge", "tests", "bench", "devtools")
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION, LONGEST_VIEW = 300, 40, 10, 15
NOBODYS_HOMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
WITH_AN_INIT = {"app/__init__.py", "app/cli/__init__.py"} | {
    f"app/channels/{channel}/__init__.py"
    for channel in ("admin", "api", "live", "pos", "storefront", "webhooks")
}
"""The commands and the blueprints are named there: the wiring registers them."""
ROUTES = {"route", "get", "post", "put", "patch", "delete"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*trees: str) -> list[Path]:
    return sorted(path for tree in trees or TREES for path in (ROOT / tree).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def length(node: Function) -> int:
    """Return the lines from `def` to the last, without decorators and docstring."""
    first = node.body[0]
    has_docstring = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def name(path: Path, node: Function | ast.ClassDef | None = None) -> str:
    place = str(path.relative_to(ROOT))
    return f"{place}:{node.lineno} {node.name}" if node else place


def test_files_are_short() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    assert {place: count for place, count in lines.items() if count > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = {
        name(path, node): length(node)
        for path in files()
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("tree", [tree for tree in TREES if (ROOT / tree).is_dir()])
def test_most_functions_are_very_short(tree: str) -> None:
    lengths = [length(node) for path in files(tree) for node in functions(path)]
    assert median(lengths or [0]) <= MEDIAN_FUNCTION


def test_no_module_is_a_collection_of_unrelated_functions() -> None:
    assert [name(path) for path in files() if path.stem in NOBODYS_HOMES] == []
    assert [name(path) for path in files() if NOBODYS_HOMES & set(path.parts)] == []


def test_no_rule_treats_the_first_fulfilment_as_the_only_one() -> None:
    """Only OpenOrder.review_place takes the first: staff review an order at one store."""
    first = [name(path) for path in files("app") if "fulfilments[0]" in path.read_text()]
    assert first == ["app/core/orders/locking.py"]


def test_the_init_of_a_package_is_empty() -> None:
    full = [
        name(path)
        for path in files("app", "pos_bridge")
        if path.name == "__init__.py" and path.read_text(encoding="utf-8").strip()
    ]
    assert set(full) == WITH_AN_INIT


def is_view(node: Function) -> bool:
    calls = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTES for call in calls)


def views() -> list[tuple[Path, Function]]:
    return [
        (path, node) for path in files("app/channels") for node in functions(path) if is_view(node)
    ]


def test_views_are_thin() -> None:
    assert len(views()) > 30, "the routes were found"
    assert {
        name(*view): length(view[1]) for view in views() if length(view[1]) > LONGEST_VIEW
    } == {}


def test_views_catch_no_exceptions() -> None:
    catching = [
        name(*view)
        for view in views()
        if any(isinstance(node, ast.Try) for node in ast.walk(view[1]))
    ]
    assert catching == []


def is_test(node: ast.AST) -> bool:
    return isinstance(node, Function) and node.name.startswith("test")


def is_collected(path: Path, node: Function) -> bool:
    """Tell whether pytest runs it: in a test_*.py, at module level or in a class Test… without __init__."""
    if not path.name.startswith("test_"):
        return False
    homes: list[ast.Module | ast.ClassDef] = [parsed(path)]
    homes += [one for one in parsed(path).body if isinstance(one, ast.ClassDef)]
    return any(node in home.body and _is_home_of_tests(home) for home in homes)


def _is_home_of_tests(home: ast.Module | ast.ClassDef) -> bool:
    if isinstance(home, ast.Module):
        return True
    has_init = any(isinstance(one, Function) and one.name == "__init__" for one in home.body)
    return home.name.startswith("Test") and not has_init


def test_every_test_is_collected() -> None:
    lost = [
        name(path, node)
        for path in files("tests")
        for node in functions(path)
        if is_test(node) and not is_collected(path, node)
    ]
    assert lost == []


def test_no_two_tests_of_a_file_share_a_name() -> None:
    hidden = [
        f"{name(path)} {test}"
        for path in files("tests")
        for home in ast.walk(parsed(path))
        if isinstance(home, ast.Module | ast.ClassDef)
        for test, count in Counter(
            node.name for node in home.body if isinstance(node, Function | ast.ClassDef)
        ).items()
        if count > 1
    ]
    assert hidden == []


def imported(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return modules


def asks_for_mocker(node: Function) -> bool:
    return any(argument.arg == "mocker" for argument in node.args.args)


def test_only_tests_of_adapters_use_mocks() -> None:
    patching = [
        name(path)
        for path in files("tests")
        if ROOT / "tests" / "adapters" not in path.parents
        and (
            "unittest.mock" in imported(path)
            or any(asks_for_mocker(one) for one in functions(path))
        )
    ]
    assert patching == []


def test_the_conftest_is_small() -> None:
    path = ROOT / "tests" / "conftest.py"
    fixtures = [
        node for node in functions(path)
        if any("fixture" in ast.dump(decorator) for decorator in node.decorator_list)
    ]  # fmt: skip
    assert len(path.read_text(encoding="utf-8").splitlines()) < 100
    assert len(fixtures) <= 10
