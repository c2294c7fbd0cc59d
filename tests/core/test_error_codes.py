"""The table of error codes is complete, and the files made from it are up to date."""

import ast
from typing import get_args

from app.cli.error_reference import reference
from app.config import ROOT
from app.core.error_codes import ERROR_CODES, Code, HttpCode
from tests.test_architecture import files, parsed


def test_each_code_has_a_row_and_each_row_has_a_code() -> None:
    assert set(ERROR_CODES) == {*get_args(Code), *get_args(HttpCode)}


def test_meaning_and_remedy_are_sentences() -> None:
    texts = [text for code in ERROR_CODES.values() for text in (code.meaning, code.remedy)]
    assert [text for text in texts if not text.endswith(".")] == []


def test_each_code_of_the_table_is_raised_somewhere() -> None:
    raised = {
        node.value
        for path in files("app")
        if path.name != "error_codes.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(get_args(Code)) - raised == set()


def test_the_error_reference_in_docs_is_generated_from_the_table() -> None:
    assert (ROOT / "docs/errors.md").read_text(encoding="utf-8") == reference()
