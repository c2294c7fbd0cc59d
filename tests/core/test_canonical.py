"""Equal facts give equal bytes in every process; different facts give different bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical, digest

facts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def shuffled(value: Any) -> Any:
    """Return the same value with the keys of each object in the opposite order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(facts)
def test_the_order_of_keys_does_not_matter(value: Any) -> None:
    assert canonical(shuffled(value)) == canonical(value)


@given(facts)
def test_a_value_read_back_from_a_database_gives_the_same_bytes(value: Any) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(facts, facts)
def test_different_facts_have_different_bytes(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical(one) == canonical(other)) == same


def test_the_bytes_are_utf_8_with_sorted_keys_and_no_spaces() -> None:
    assert (
        canonical({"b": [1, None, True], "a": "£ – 茶"})
        == '{"a":"£ – 茶","b":[1,null,true]}'.encode()
    )


def test_the_hash_is_sha_256_of_the_bytes() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_moment_is_the_same_in_every_time_zone() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    summer = noon.astimezone(timezone(timedelta(hours=1)))
    assert canonical(summer) == canonical(noon) == b'"2026-07-01T12:00:00.000000+00:00"'


def test_ids_and_tuples_are_written_as_text_and_lists() -> None:
    assert canonical((UUID(int=1),)) == b'["00000000-0000-0000-0000-000000000001"]'


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", {1, 2}, object(), {"deep": [0.5]}])
def test_a_value_with_more_than_one_notation_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)
