"""Each kind of event of a timeline has a text in each language."""

import string
from datetime import UTC, datetime

from app.channels.http import timeline_text
from app.channels.http.timeline_text import KINDS, LANGUAGES, NAMES
from app.core.access.models import SALES_CHANNELS
from app.core.customers.models import CONSENT_PURPOSES, CONTACT_CHANNELS, IDENTITY_KINDS
from app.core.ids import new_id
from app.core.orders.timeline import GROUPS, TimelineEntry
from app.wiring import make_event_registry


def test_every_kind_of_timeline_event_has_a_text() -> None:
    kinds = make_event_registry().visible_to("merchant", GROUPS)
    assert len(kinds) > 20
    assert set(kinds) - set(KINDS) == set()


def test_texts_exist_only_for_existing_kinds() -> None:
    assert set(KINDS) - set(make_event_registry().kinds) == set()


def test_texts_of_all_languages_use_the_same_facts() -> None:
    def facts(words: str) -> set[str | None]:
        return {name for _, name, *_ in string.Formatter().parse(words) if name}

    for kind, words in KINDS.items():
        assert len(words) == len(LANGUAGES), kind
        assert len({frozenset(facts(one)) for one in words}) == 1, kind


def test_all_values_named_by_events_have_texts() -> None:
    assert set(NAMES["by"]) == set(IDENTITY_KINDS)
    assert set(NAMES["purpose"]) == set(CONSENT_PURPOSES)
    assert set(NAMES["channel"]) == {*SALES_CHANNELS, *CONTACT_CHANNELS}


def test_a_kind_without_a_text_is_shown_by_its_name() -> None:
    entry = TimelineEntry(
        new_id(), "order.teleported", datetime.now(UTC), {}, "web", None, "shopper", None, None, None, None,
        None, None, None,
    )  # fmt: skip
    assert timeline_text.text(entry, "de") == "order.teleported"
