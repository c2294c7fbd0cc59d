"""The engine accepts the examples in docs/pricing.md."""

import json
import re
from typing import Any

import pytest

from app.config import ROOT
from app.core.pricing.engine.benefits.kinds import KINDS
from app.core.pricing.promotions import parse

ROW = re.compile(r"^\| `(\w+)` \|.*?\| (?:`(\{.*?\})`)?[^|]*\|$", re.MULTILINE)
EXAMPLES = dict(ROW.findall((ROOT / "docs" / "pricing.md").read_text()))


def test_every_kind_of_promotion_is_explained() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_the_example_of_each_kind_is_accepted(kind: str) -> None:
    terms: dict[str, Any] = json.loads(EXAMPLES[kind] or "{}")
    scopes: list[dict[str, Any]] = [{"skus": ["A"]}, {"skus": ["B"]}]
    promotion = parse.parse_promotion(
        {
            "code": "X", "title": "X", "kind": kind, "terms": terms, "priority": 100, "exclusive": False,
            "scopes": scopes if kind in ("buy_get", "bundle") else [{}], "conditions": {},
            "gift_sku": "TEA" if kind == "gift" else None,
        }
    )  # fmt: skip
    assert list(parse.problems(promotion)) == []
