"""The forms of a background job: a task that is enqueued, and a periodic job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from procrastinate import RetryStrategy
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.core.errors import DomainError
from app.core.transaction import Command, UseCase, UseCaseRunner

log = structlog.get_logger()

# The waits are 2 s, 4 s, 8 s …
RETRY_3_MINUTES = RetryStrategy(max_attempts=7, exponential_wait=2)
RETRY_90_MINUTES = RetryStrategy(max_attempts=12, exponential_wait=2)
RETRY_6_DAYS = RetryStrategy(max_attempts=19, exponential_wait=2)


@dataclass(frozen=True)
class JobContext:
    runner: UseCaseRunner
    engine: Engine


@dataclass(frozen=True)
class Task:
    """A job that a use case enqueues by `name`. `run` takes the context and the ids. A repeat changes nothing."""

    name: str
    run: Callable[..., object]
    retry: RetryStrategy


@dataclass(frozen=True)
class PeriodicJob:
    """A job that runs at the times of `cron`. `run` returns how many things it did. A repeat changes nothing."""

    name: str
    cron: str
    run: Callable[[JobContext], int]
    logged: bool = True
    """Whether a run that did something is logged."""


def perform_each(
    runner: UseCaseRunner, use_case: UseCase[Command, bool], commands: Sequence[Command]
) -> int:
    """Run the use case for each command; return how many did something.

    A command that fails does not hold up the others: it is due again at the next run.
    """
    done = 0
    for command in commands:
        try:
            done += runner.perform(use_case, command)
        except (DomainError, DBAPIError) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            log.exception("not_done", command=str(command))
    return done
