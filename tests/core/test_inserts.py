"""New rows name columns that their models have."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import ROOT
from app.core.customers.models import Contact
from tests.drivers.shop import Shop

CORE = ROOT / "app" / "core"


def test_a_model_accepts_only_its_own_columns(shop: Shop) -> None:
    with pytest.raises(TypeError, match="no column colour"):
        shop.runner.perform(lambda tx, _: tx.insert(Contact, colour="red"), None)


def test_inserts_name_columns_of_their_models() -> None:
    """`insert` checks this too, but only when the path runs."""
    calls = [call for path in sorted(CORE.rglob("*.py")) for call in _inserts(path)]
    assert len(calls) > 60
    assert [call for call in calls if call[2]] == []


def _inserts(path: Path) -> Iterator[tuple[str, int, set[str]]]:
    """Each call of `tx.insert` in a module: the file, the line, and the names that are no columns."""
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(ast.parse(path.read_text())):
        if not (
            isinstance(node, ast.Call) and ast.unparse(node.func) in ("tx.insert", "self.tx.insert")
        ):
            continue
        model = eval(ast.unparse(node.args[0]), vars(module))
        names = {keyword.arg for keyword in node.keywords if keyword.arg}
        yield path.name, node.lineno, names - set(model.__table__.columns.keys())
