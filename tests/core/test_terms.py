"""The limits of a promotion's terms, for every caller."""

from typing import Any

import pytest

from app.core.pricing.engine.benefits import kinds


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("amount", {"amount": 10**40}), ("amount", {"amount": 10.0}), ("amount", {"amount": 1, "each": 1}),
        ("percentage", {"rate": True}), ("bundle", {"quantities": [1.5], "price": 1}),
        ("bundle", {"quantities": 1, "price": 1}), ("tiers", {"steps": [[1, 1, 1]]}), ("tiers", {"steps": [1]}),
    ],
    ids=str,
)  # fmt: skip
def test_terms_have_the_types_of_their_fields(kind: str, terms: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        kinds.make_benefit(kind, terms)
