"""flask worker, flask seal and flask jobs: the processes beside the web."""

import asyncio
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import click
import structlog
from flask import current_app
from procrastinate import App
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.adapters import procrastinate_jobs
from app.cli.session import engine, ports, runner, with_database
from app.core import event_chain
from app.core.clock import SetClock
from app.jobs import registry
from app.jobs.job import JobContext

log = structlog.get_logger()

POLL_SECONDS = 0.5
"""Seconds between two polls for work: a NOTIFY at each insert would serialise commits."""

RESTART_SECONDS = 1.0
"""Seconds before a worker that lost its database is replaced."""


@click.command()
@with_database
def worker() -> None:
    """Run the background jobs until stopped."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context = JobContext(runner(), engine())

    def make_app() -> App:
        app = procrastinate_jobs.worker_app(url)
        registry.register(app, context)
        return app

    asyncio.run(_run_workers(make_app))


async def _run_workers(make_app: Callable[[], App]) -> None:
    """Run a worker until asked to stop.

    If it ends by itself, for example when its database restarts, start another one under a new number, so that the
    queue knows that the old one's jobs are abandoned.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        working = asyncio.create_task(_run_worker(make_app()))
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        (error,) = await asyncio.gather(working, return_exceptions=True)
        if not stop.is_set():
            reason = type(error).__name__ if error else "a side task failed"
            log.warning("worker_replaced", reason=reason)
            await asyncio.wait((stopping,), timeout=RESTART_SECONDS)


async def _run_worker(app: App) -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=4,
            listen_notify=False,
            fetch_job_polling_interval=POLL_SECONDS,
            shutdown_graceful_timeout=10,
            delete_jobs="never",
            install_signal_handlers=False,
            update_heartbeat_interval=procrastinate_jobs.HEARTBEAT_SECONDS,
            stalled_worker_timeout=procrastinate_jobs.STALLED_AFTER_SECONDS,
        )


@click.command()
@click.option("--forever", is_flag=True, help="Run until stopped.")
@with_database
def seal(forever: bool) -> None:
    """Seal committed events: this gives them their position in every feed."""
    stop = threading.Event()
    if forever:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    total = 0
    while not stop.is_set():
        sealed = _seal_batch(forever)
        total += sealed
        if sealed < event_chain.BATCH:
            if not forever:
                break
            stop.wait(POLL_SECONDS)
    click.echo(f"{total} events sealed.")


def _seal_batch(forever: bool) -> int:
    try:
        with Session(engine()) as session:
            return event_chain.seal(session)
    except DBAPIError as error:
        if not forever:
            raise
        log.warning("seal_failed", reason=type(error.orig).__name__)
        return 0


@click.group()
def jobs() -> None:
    """Run background jobs by hand."""


@jobs.command("run")
@click.argument("name", type=click.Choice(sorted(registry.PERIODIC)))
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="Run it as if this were the time (UTC).",
)
@with_database
def run_job(name: str, at: datetime | None) -> None:
    """Run a periodic job once, as of now or of the time given by --at."""
    current = ports()
    clock = SetClock(at.replace(tzinfo=UTC)) if at else current.clock
    with_clock = replace(current, clock=clock)
    context = JobContext(replace(runner(), ports=with_clock), engine())
    done = registry.PERIODIC[name].run(context)
    click.echo(f"{name}: {done} done.")
