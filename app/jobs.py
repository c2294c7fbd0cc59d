"""Background work: letters, expiry, reminders, tidying. Running any of it twice changes nothing."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from procrastinate import App, RetryStrategy
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import idempotency
from app.core.conversations.tell import (
    ComposeLetter,
    Returned,
    Sent,
    Tell,
    compose,
    note_returned,
    note_sent,
)
from app.core.errors import DomainError
from app.core.orders.expire import ExpireOrder, expire, overdue
from app.core.orders.letters import Template
from app.core.orders.remind import RemindShopper, due, remind
from app.core.ports import Undeliverable
from app.core.privacy import erasure
from app.core.privacy.retention import BATCH, RULES, KeepNoLonger, keep_no_longer
from app.core.transaction import Command, Performer, UseCase

log = structlog.get_logger()

# 2 s, 4 s, 8 s … about an hour and a half in all: a mail server may be away for a lunch break.
PATIENT = RetryStrategy(max_attempts=12, exponential_wait=2)


def tell(
    performer: Performer, base_url: str, order_id: str, event_id: str, template: Template
) -> None:
    """Compose, send, note as sent. Killed between any two of them, the next run goes on with the same letter."""
    command = Tell(UUID(order_id), UUID(event_id), template)
    letter = performer.perform(compose, ComposeLetter(command, performer.ports.postman, base_url))
    if letter is None:
        return
    try:
        performer.ports.postman.send(letter)
    except Undeliverable:
        log.warning("letter_undeliverable", message=str(letter.id), template=template)
        performer.perform(note_returned, Returned(letter))
    else:
        performer.perform(note_sent, Sent(letter, command.order_id))


def expire_orders(performer: Performer, engine: Engine) -> int:
    """Expire what was not collected in time; how many orders."""
    with Session(engine) as session:
        ids = overdue(session, performer.ports.clock.now())
    return _for_each(performer, expire, [ExpireOrder(order_id) for order_id in ids])


def remind_shoppers(performer: Performer, engine: Engine) -> int:
    """Remind of what has been waiting for a while; how many shoppers."""
    with Session(engine) as session:
        ids = due(session, performer.ports.clock.now())
    return _for_each(performer, remind, [RemindShopper(order_id) for order_id in ids])


def _for_each(
    performer: Performer, use_case: UseCase[Command, bool], commands: Sequence[Command]
) -> int:
    """How many were done. One that cannot be now must not hold up the others: it is due again in a minute."""
    done = 0
    for command in commands:
        try:
            done += performer.perform(use_case, command)
        except (DomainError, DBAPIError) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            log.exception("not_done", command=str(command))
    return done


def forget_answers(performer: Performer, engine: Engine) -> int:
    """Forget the stored answers that are older than a day; how many."""
    with Session(engine) as session:
        gone = idempotency.forget_old(session, performer.ports.clock.now())
        session.commit()
    return gone


def retain(performer: Performer, engine: Engine) -> int:
    """Blank or delete what was kept for as long as it may be; how many rows."""
    done = 0
    for rule in RULES:
        rows = BATCH
        while rows == BATCH:
            rows = performer.perform(keep_no_longer, KeepNoLonger(rule))
            done += rows
    return done


def forget_letters(performer: Performer, engine: Engine, erasure_id: str) -> None:
    """Remove the letters that were written to somebody who was erased."""
    with Session(engine) as session:
        performer.ports.postman.forget(erasure.letters_of(session, UUID(erasure_id)))


PERIODIC = {
    "expire": expire_orders,
    "remind": remind_shoppers,
    "forget": forget_answers,
    "retain": retain,
}
"""By the name under which `flask jobs run` knows them."""

CRON = {
    "expire": "* * * * *",
    "remind": "* * * * *",
    "forget": "17 * * * *",
    "retain": "23 3 * * *",
}


def register(worker: App, performer: Performer, engine: Engine, base_url: str) -> None:
    """Give the worker its tasks, and the times of the periodic ones."""

    @worker.task(name="tell", retry=PATIENT)
    def tell_task(order_id: str, event_id: str, template: Template) -> None:
        tell(performer, base_url, order_id, event_id, template)

    @worker.task(name="forget_letters", retry=PATIENT)
    def forget_letters_task(erasure_id: str) -> None:
        forget_letters(performer, engine, erasure_id)

    for name, cron in CRON.items():
        _register_periodic(worker, name, cron, performer, engine)


def _register_periodic(
    worker: App, name: str, cron: str, performer: Performer, engine: Engine
) -> None:
    """One that fails is told in the log and not repeated: the next one does what it left."""

    @worker.periodic(cron=cron)
    @worker.task(name=name, queueing_lock=name, lock=name)
    def run(timestamp: int) -> None:
        try:
            done = PERIODIC[name](performer, engine)
        except Exception:
            log.exception("job_failed", job=name)
            return
        if done:
            log.info("job_done", job=name, done=done)
