"""All background jobs, and how the worker learns them."""

from procrastinate import App

from app.jobs import housekeeping, notifications, orders, payments, privacy
from app.jobs.job import JobContext, PeriodicJob, Task, log

MODULES = (notifications, orders, payments, privacy, housekeeping)

TASKS: dict[str, Task] = {task.name: task for module in MODULES for task in module.TASKS}
PERIODIC: dict[str, PeriodicJob] = {job.name: job for module in MODULES for job in module.PERIODIC}
"""By the name under which `flask jobs run` knows them."""


def register(worker: App, context: JobContext) -> None:
    """Give the worker its tasks and the times of the periodic jobs."""
    for task in TASKS.values():
        _register_task(worker, task, context)
    for job in PERIODIC.values():
        _register_periodic(worker, job, context)


def _register_task(worker: App, task: Task, context: JobContext) -> None:
    @worker.task(name=task.name, retry=task.retry)
    def run(**ids: str) -> None:
        task.run(context, **ids)


def _register_periodic(worker: App, job: PeriodicJob, context: JobContext) -> None:
    """A run that fails is logged and not retried: the next run does its work."""

    @worker.periodic(cron=job.cron)
    @worker.task(name=job.name, queueing_lock=job.name, lock=job.name)
    def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
        try:
            done = job.run(context)
        except Exception:
            log.exception("job_failed", job=job.name)
            return
        if done and job.logged:
            log.info("job_done", job=job.name, done=done)
