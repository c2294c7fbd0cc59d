"""How often something may be tried."""

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


def test_a_budget_is_spent_and_begins_anew_when_its_time_is_over(engine: Engine) -> None:
    assert [use_up(engine) for _ in range(5)] == [True, True, True, False, False]
    assert not use_up(engine, NOW + HOUR - timedelta(seconds=1))
    assert [use_up(engine, NOW + HOUR) for _ in range(4)] == [True, True, True, False]


def test_one_budget_is_no_bodys_else(engine: Engine) -> None:
    assert [use_up(engine) for _ in range(3)] == [True] * 3
    assert use_up(engine, subject="eve")


def test_of_30_at_once_as_many_are_let_through_as_it_has(engine: Engine) -> None:
    assert (
        sorted(at_once(*(lambda: use_up(engine) for _ in range(30)))) == [False] * 27 + [True] * 3
    )


def test_a_right_guess_gives_the_tries_back(engine: Engine) -> None:
    assert [use_up(engine) for _ in range(3)] == [True] * 3
    with Session(engine) as session, session.begin():
        rate_limits.reset(session, "guess", "ada")
    assert use_up(engine)
