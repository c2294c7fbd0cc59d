"""One effect per caller, route and key: the same response in the same bytes, for a day."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core import idempotency
from app.core.errors import Conflict, IdempotencyKeyReused, InvalidCode, RequestInProgress
from app.core.event_kinds import event
from app.core.idempotency import RequestKey
from app.core.transaction import SYSTEM, CommittedRefusal, Transaction
from tests.drivers.shop import Shop

TEST_NOTED = event("test.noted", "said")
KEY = RequestKey("device:1", "POST /api/notes", "k-1", b"hash of the body")


def note(tx: Transaction, stated: str) -> str:
    """A use case whose effect is one event."""
    return f"{stated} {tx.record(TEST_NOTED, {'said': stated})}"


def render(_: Session, result: str) -> bytes:
    return json.dumps({"answer": result}).encode()


def answer(shop: Shop, key: RequestKey | None = KEY, stated: str = "hello") -> bytes:
    return shop.runner.answer(note, stated, SYSTEM, key, render)


def effects(shop: Shop) -> int:
    return len(shop.events("test.noted"))


def test_the_same_key_returns_the_same_bytes_and_has_one_effect(shop: Shop) -> None:
    first = answer(shop)
    assert [answer(shop) for _ in range(3)] == [first] * 3
    assert effects(shop) == 1


def test_without_a_key_each_request_has_its_effect(shop: Shop) -> None:
    assert answer(shop, None) != answer(shop, None)
    assert effects(shop) == 2


def test_the_same_key_with_another_body_is_refused(shop: Shop) -> None:
    answer(shop)
    with pytest.raises(IdempotencyKeyReused):
        answer(shop, replace(KEY, request_hash=b"hash of another"))
    assert effects(shop) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, caller="device:2"),
        replace(KEY, route="POST /api/others"),
        replace(KEY, value="k-2"),
    ],
    ids=["another caller", "another route", "another key"],
)
def test_equal_keys_of_other_callers_routes_and_values_are_independent(
    shop: Shop, other: RequestKey
) -> None:
    assert answer(shop) != answer(shop, other)
    assert effects(shop) == 2
    assert KEY.lock != other.lock


def test_parts_that_join_to_the_same_text_are_different_keys() -> None:
    assert RequestKey("a", "bc", "d", b"").lock != RequestKey("ab", "c", "d", b"").lock


def test_a_request_during_another_with_its_key_is_refused_at_once(shop: Shop) -> None:
    with shop.engine.connect() as twin:
        twin.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": KEY.lock})
        with pytest.raises(RequestInProgress):
            answer(shop)
        assert effects(shop) == 0
        twin.rollback()
    answer(shop)
    assert effects(shop) == 1


def test_a_failed_request_leaves_its_key_free(shop: Shop) -> None:
    def fail(_: Session, __: str) -> bytes:
        raise ValueError("cannot be rendered")

    with pytest.raises(ValueError, match="rendered"):
        shop.runner.answer(note, "hello", SYSTEM, KEY, fail)
    assert effects(shop) == 0
    answer(shop)
    assert effects(shop) == 1


def refused(tx: Transaction, how: str) -> CommittedRefusal[str]:
    tx.record(TEST_NOTED, {"said": "no"})
    if how == "raised":
        raise Conflict("Not now.", "invalid_state")
    return CommittedRefusal(InvalidCode("Not with this code."))


@pytest.mark.parametrize(
    ("how", "error", "kept"), [("raised", Conflict, 0), ("told", InvalidCode, 1)]
)
def test_a_refusal_is_not_stored_so_the_same_key_may_succeed_later(
    shop: Shop, how: str, error: type[Exception], kept: int
) -> None:
    with pytest.raises(error):
        shop.runner.answer(refused, how, SYSTEM, KEY, render)
    assert shop.idempotency_keys() == []
    answer(shop)
    assert effects(shop) == kept + 1


def test_a_response_is_kept_for_24_hours_and_then_deleted(shop: Shop) -> None:
    first = answer(shop)
    for later, gone in ((timedelta(hours=24), 0), (timedelta(seconds=1), 1)):
        shop.clock.advance(later)
        with Session(shop.engine) as session:
            assert idempotency.purge(session, shop.clock.now()) == gone
            session.commit()
        if not gone:
            assert answer(shop) == first
    assert answer(shop) != first
    assert effects(shop) == 2


def test_a_stored_response_shows_neither_its_token_nor_its_code(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=5)
    placed = shop.order({"MUG": 1})
    (stored,) = shop.idempotency_keys()
    for secret in (placed.token, placed.code, placed.number):
        assert secret.encode() not in stored.body
    secrets = shop.app.extensions["ports"].secrets
    assert json.loads(secrets.decrypt(stored.body)) == placed.body


def test_an_orders_token_is_nowhere_in_the_database(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=5)
    placed = shop.order({"MUG": 1})
    shop.make_ready(placed)
    everything = shop.rows_as_text(*shop.table_names())
    assert any(placed.number in row for row in everything)
    assert not any(placed.token in row for row in everything)
    assert not any(placed.token.encode().hex() in row for row in everything)
