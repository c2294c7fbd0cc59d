"""Limits of attempts in a time."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.core import rate_limits
from tests.concurrency import at_once

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def use_up(engine: Engine, now: datetime = NOW, subject: str = "ada") -> bool:
    with Session(engine) as session, session.begin():
        return rate_limits.consume(session, "guess", subject, limit=3, window=HOUR, now=now)


def test_a_limit_is_used_up_and_resets_at_the_end_of_its_window(engine: Engine) -> None:
    assert [use_up(engine) for _ in range(5)] == [True, True, True, False, False]
    assert not use_up(engine, NOW + HOUR - timedelta(seconds=1))
    assert [use_up(engine, NOW + HOUR) for _ in range(4)] == [True, True, True, False]


def test_the_limit_of_one_subject_does_not_affect_another(engine: Engine) -> None:
    assert [use_up(engine) for _ in range(3)] == [True] * 3
    assert use_up(engine, subject="eve")


def test_of_30_simultaneous_attempts_the_limit_is_let_through(engine: Engine) -> None:
    assert (
        sorted(at_once(*(lambda: use_up(engine) for _ in range(30)))) == [False] * 27 + [True] * 3
    )


def test_a_reset_returns_the_attempts(engine: Engine) -> None:
    assert [use_up(engine) for _ in range(3)] == [True] * 3
    with Session(engine) as session, session.begin():
        rate_limits.reset(session, "guess", "ada")
    assert use_up(engine)
