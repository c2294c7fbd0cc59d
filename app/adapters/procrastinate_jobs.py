"""Runs jobs with procrastinate, on our own database and in the caller's own transaction."""

from contextlib import suppress
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

HEARTBEAT_SECONDS, STALLED_AFTER_SECONDS = 10.0, 30.0
"""Seconds between two heartbeats of a worker, and since the last one until it counts as dead."""

MAX_JOB_SECONDS = 45.0
"""Seconds that a job may take. If its end was not recorded by then, it runs again. A second run is harmless."""

EVERY_MINUTE, AT_NIGHT = "* * * * *", "23 4 * * *"


class ProcrastinateJobQueue:
    """Queues jobs. It uses the session's connection, so it needs no pool of its own."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())

    def enqueue(self, session: Session, name: str, **ids: str) -> None:
        connection = session.connection().connection.driver_connection
        task = self._app.configure_task(name, connection=connection, allow_unknown=True)
        try:
            task.defer(**ids)
        except ConnectorException as error:
            # Raise SQLAlchemy's error: the code that retries transactions or answers 503 handles only that.
            raise OperationalError(f"queue {name}", ids, error.__cause__ or error) from error


def worker_app(database_url: str) -> App:
    """Return the app of a worker, with connections of its own."""
    conninfo = (
        make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    app = App(connector=PsycopgConnector(conninfo=conninfo, max_size=6))
    _add_maintenance(app)
    return app


def _add_maintenance(app: App) -> None:
    """Add the queue's own periodic tasks. If the database is away, the next run does the work."""

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="requeue_stalled", queueing_lock="requeue_stalled")
    async def requeue(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it to each periodic task
        with suppress(ConnectorException):
            await requeue_stalled(app)

    @app.periodic(cron=AT_NIGHT)
    @app.task(name="remove_old", queueing_lock="remove_old")
    async def remove_old(timestamp: int) -> None:  # noqa: ARG001
        with suppress(ConnectorException):
            await app.job_manager.delete_old_jobs(nb_hours=72)


async def requeue_stalled(app: App) -> int:
    """Requeue the jobs that no worker runs any longer; return how many.

    Their worker was killed, or lost its database when it fetched the job or recorded its end.
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
        # A periodic job whose next run is queued already. The next run waits for this one's lock.
        await app.job_manager.finish_job_by_id_async(job_id, Status.SUCCEEDED, delete_job=True)
    except ConnectorException:
        return  # it has just ended, or the database is away again: the next run retries


_STALLED = """
    SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing' AND (
        w.id IS NULL
        OR w.last_heartbeat < now() - make_interval(secs => %(stalled)s)
        OR now() - make_interval(secs => %(longest)s) > (
            SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started'))
"""
