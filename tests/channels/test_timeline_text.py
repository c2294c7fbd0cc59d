"""Whatever can happen to a person has words, in each language."""

import ast
import string

from app.channels.http import timeline_text
from app.channels.http.timeline_text import KINDS, LANGUAGES, NAMES
from app.core.access.models import SALES_CHANNELS
from app.core.customers.models import CONSENT_PURPOSES, CONTACT_CHANNELS, IDENTITY_KINDS
from app.core.orders.statuses import ORDER
from app.core.orders.timeline import GROUPS
from tests.test_architecture import files, parsed

STATES = {"order": tuple(ORDER), "consent": ("given", "withdrawn")}
"""What an f-string such as `order.{state}` can become."""


def recorded() -> set[str]:
    """The kinds of events of people, as the core's calls of `record` name them."""
    kinds: set[str] = set()
    for path in files("app/core"):
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") == "record"
                and node.args
            ):
                kinds |= _kinds(node.args[0])
    return {kind for kind in kinds if kind.partition(".")[0] in GROUPS}


def _kinds(argument: ast.expr) -> set[str]:
    if isinstance(argument, ast.Constant):
        return {str(argument.value)}
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        group = str(argument.values[0].value).rstrip(".")
        return {f"{group}.{state}" for state in STATES.get(group, ())}
    return set()


def test_every_kind_of_event_of_a_person_has_words() -> None:
    assert len(recorded()) > 20
    assert recorded() - set(KINDS) == set()


def test_words_of_all_languages_tell_the_same_facts() -> None:
    def facts(words: str) -> set[str | None]:
        return {name for _, name, *_ in string.Formatter().parse(words) if name}

    for kind, words in KINDS.items():
        assert len(words) == len(LANGUAGES), kind
        assert len({frozenset(facts(one)) for one in words}) == 1, kind


def test_all_that_events_name_has_words() -> None:
    assert set(NAMES["by"]) == set(IDENTITY_KINDS)
    assert set(NAMES["purpose"]) == set(CONSENT_PURPOSES)
    assert set(NAMES["channel"]) == {*SALES_CHANNELS, *CONTACT_CHANNELS}


def test_a_kind_without_words_is_told_as_it_is() -> None:
    entry = {"kind": "order.teleported", "payload": {}}
    assert timeline_text.text(entry, "de") == "order.teleported"
