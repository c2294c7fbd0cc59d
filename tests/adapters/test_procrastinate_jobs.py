"""The queue: which jobs a transaction queues, and which return after the death of their worker."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.adapters import procrastinate_jobs
from app.adapters.procrastinate_jobs import ProcrastinateJobQueue, requeue_stalled, worker_app


def put(engine: Engine, name: str = "send_notification") -> None:
    with Session(engine) as session:
        ProcrastinateJobQueue().enqueue(session, name, order_id="1")
        session.commit()


def rows(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def change(engine: Engine, query: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(query))


def requeued(url: str) -> int:
    return asyncio.run(_requeued(url))


async def _requeued(url: str) -> int:
    app = worker_app(url)
    async with app.open_async():
        return await requeue_stalled(app)


def fetch(engine: Engine, heartbeat_age: str = "0 s", started: str = "0 s") -> None:
    """Simulate a worker that fetched all jobs a while ago and sent its last heartbeat then."""
    change(
        engine,
        f"""
        WITH w AS (
            INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{heartbeat_age}')
            RETURNING id
        ) UPDATE procrastinate_jobs SET status = 'doing', worker_id = w.id FROM w
        """,
    )
    change(engine, f"UPDATE procrastinate_events SET at = at - interval '{started}'")


STATUSES = "SELECT status::text, task_name FROM procrastinate_jobs ORDER BY id"


def test_a_job_is_queued_only_if_its_transaction_commits(engine: Engine) -> None:
    with Session(engine) as session:
        ProcrastinateJobQueue().enqueue(session, "send_notification", order_id="1")
        session.rollback()
    assert rows(engine, STATUSES) == []
    put(engine)
    assert rows(engine, "SELECT task_name, args FROM procrastinate_jobs") == [
        ("send_notification", {"order_id": "1"})
    ]


def test_a_connection_lost_during_a_job_is_reported_as_database_unavailable(
    engine: Engine,
) -> None:
    with Session(engine) as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        change(engine, f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(OperationalError, match="queue send_notification"):
            ProcrastinateJobQueue().enqueue(session, "send_notification", order_id="1")
        session.invalidate()


def test_jobs_of_a_dead_worker_are_requeued_and_jobs_of_a_living_worker_are_not(
    engine: Engine, database_url: str
) -> None:
    put(engine)
    fetch(engine, heartbeat_age="20 s")
    assert requeued(database_url) == 0
    fetch(engine, heartbeat_age="31 s")
    assert requeued(database_url) == 1
    assert rows(engine, STATUSES) == [("todo", "send_notification")]


def test_a_job_whose_end_a_living_worker_could_not_record_is_requeued(
    engine: Engine, database_url: str
) -> None:
    put(engine)
    fetch(engine, heartbeat_age="1 s", started=f"{procrastinate_jobs.MAX_JOB_SECONDS + 1} s")
    assert requeued(database_url) == 1


def test_an_abandoned_periodic_job_is_replaced_by_the_next_of_its_kind(
    engine: Engine, database_url: str
) -> None:
    insert = """
        INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock)
        VALUES ('default', 'expire', 'expire', 'expire')
    """
    change(engine, insert)
    fetch(engine, heartbeat_age="31 s")
    change(engine, insert)
    put(engine)
    assert requeued(database_url) == 1
    assert rows(engine, STATUSES) == [("todo", "expire"), ("todo", "send_notification")]
    fetch_one = "SELECT task_name FROM procrastinate_fetch_job_v2(NULL, NULL)"
    assert rows(engine, fetch_one) == [("expire",)]
