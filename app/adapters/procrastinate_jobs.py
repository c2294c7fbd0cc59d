"""Jobs by procrastinate, on our own database and in the caller's own transaction."""

from contextlib import suppress
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

HEARTBEAT_SECONDS, STALLED_AFTER_SECONDS = 10.0, 30.0
"""Seconds between a worker's signs of life, and without one until it counts as dead."""

MAX_JOB_SECONDS = 45.0
"""Seconds that a job may take: whose end was not noted by then, runs again. It may run twice without harm."""

EVERY_MINUTE, AT_NIGHT = "* * * * *", "23 4 * * *"


class ProcrastinateJobQueue:
    """The side that queues. It borrows the session's connection, so it needs no pool of its own."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())

    def enqueue(self, session: Session, name: str, **ids: str) -> None:
        connection = session.connection().connection.driver_connection
        task = self._app.configure_task(name, connection=connection, allow_unknown=True)
        try:
            task.defer(**ids)
        except ConnectorException as error:
            # As SQLAlchemy would tell it: whoever repeats transactions or says "busy" knows only that.
            raise OperationalError(f"queue {name}", ids, error.__cause__ or error) from error


def worker_app(database_url: str) -> App:
    """The side that works, with connections of its own."""
    conninfo = (
        make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    app = App(connector=PsycopgConnector(conninfo=conninfo, max_size=6))
    _add_maintenance(app)
    return app


def _add_maintenance(app: App) -> None:
    """What the queue needs for itself. Where the database is away, the next round does it."""

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="requeue_stalled", queueing_lock="requeue_stalled")
    async def requeue(timestamp: int) -> None:  # noqa: ARG001 - each periodic task is given it
        with suppress(ConnectorException):
            await requeue_stalled(app)

    @app.periodic(cron=AT_NIGHT)
    @app.task(name="remove_old", queueing_lock="remove_old")
    async def remove_old(timestamp: int) -> None:  # noqa: ARG001
        with suppress(ConnectorException):
            await app.job_manager.delete_old_jobs(nb_hours=72)


async def requeue_stalled(app: App) -> int:
    """Give back the jobs that nobody works at; how many.

    Their worker was killed, or lives on but lost its database when it fetched the job or noted its end.
    """
    stalled = await app.connector.execute_query_all_async(
        _STALLED, stalled=STALLED_AFTER_SECONDS, longest=MAX_JOB_SECONDS
    )
    for job in stalled:
        await _requeue(app, job["id"])
    return len(stalled)


async def _requeue(app: App, job_id: int) -> None:
    try:
        await app.job_manager.retry_job_by_id_async(job_id, retry_at=datetime.now(UTC))
    except UniqueViolation:
        # A periodic one, and the next of its kind waits already: for this one, which holds their lock.
        await app.job_manager.finish_job_by_id_async(job_id, Status.SUCCEEDED, delete_job=True)
    except ConnectorException:
        return  # it has ended just now, or the database is away again: the next round sees


_STALLED = """
    SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND (
        w.id IS NULL
        OR w.last_heartbeat < now() - make_interval(secs => %(stalled)s)
        OR now() - make_interval(secs => %(longest)s) > (
            SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started'))
"""
