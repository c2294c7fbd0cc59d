"""Background work: letters, expiry, reminders, tidying. Running any of it twice changes nothing."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from procrastinate import App, RetryStrategy
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import event_chain, idempotency
from app.core.errors import DomainError
from app.core.fulfilment.expire import ExpireOrder, expire, overdue
from app.core.fulfilment.remind import RemindShopper, due, remind
from app.core.invoicing.issue_documents import DrawUp, draw_up
from app.core.notifications.compose_code import CodeSent, ComposeCode, compose_code, note_code_sent
from app.core.notifications.compose_invitation import ComposeInvitation, compose_invitation
from app.core.notifications.compose_message import (
    ComposeLetter,
    Returned,
    Sent,
    Tell,
    compose,
    note_returned,
    note_sent,
)
from app.core.orders.notify import Template
from app.core.payment_processing.expiring_authorisations import FlagLapsing, flag_lapsing, lapsing
from app.core.payment_processing.handle_webhook import heed_notice
from app.core.payment_processing.saved_cards.reconcile import reconcile_cards
from app.core.payment_processing.scheduled import (
    answer_disputes,
    catch_up_payments,
    reconcile_payments,
)
from app.core.ports import Letter, Undeliverable
from app.core.pricing import signed_quotes
from app.core.privacy import erasure
from app.core.privacy.retention import BATCH, RULES, KeepNoLonger, keep_no_longer
from app.core.transaction import Command, Performer, UseCase

log = structlog.get_logger()

# 2 s, 4 s, 8 s … about an hour and a half in all: a mail server may be away for a lunch break.
PATIENT = RetryStrategy(max_attempts=12, exponential_wait=2)
PROMPT = RetryStrategy(max_attempts=7, exponential_wait=2)
"""A few minutes in all: a code holds for a quarter of an hour."""
STUBBORN = RetryStrategy(max_attempts=19, exponential_wait=2)
"""Six days in all: what somebody has a right to."""


def tell(
    performer: Performer, base_url: str, order_id: str, event_id: str, template: Template
) -> None:
    """Compose, send, note as sent. Killed between any two of them, the next run goes on with the same letter."""
    command = Tell(UUID(order_id), UUID(event_id), template)
    letter = performer.perform(compose, ComposeLetter(command, base_url))
    if letter is None:
        return
    try:
        _send(performer, letter)
    except Undeliverable:
        log.warning("letter_undeliverable", message=str(letter.id), template=template)
        performer.perform(note_returned, Returned(letter))
    else:
        performer.perform(note_sent, Sent(letter, command.order_id))


def _send(performer: Performer, letter: Letter) -> None:
    """By its channel. Raises Undeliverable."""
    by_mail = letter.contact_channel == "email"
    (performer.ports.postman if by_mail else performer.ports.texter).send(letter)


def expire_orders(performer: Performer, engine: Engine) -> int:
    """Expire what was not paid or collected in time; how many orders. Twice, since of an unpaid one the first run
    only closes its payment page."""
    done = 0
    for _ in range(2):
        with Session(engine) as session:
            ids = overdue(session, performer.ports.clock.now())
        done += _for_each(performer, expire, [ExpireOrder(order_id) for order_id in ids])
    return done


def tell_of_lapsing(performer: Performer, engine: Engine) -> int:
    """Flag orders that are not ready while their authorisation is about to end; how many."""
    with Session(engine) as session:
        ids = lapsing(session, performer.ports.clock.now())
    return _for_each(performer, flag_lapsing, [FlagLapsing(order_id) for order_id in ids])


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
    """Forget stored answers after a day, and signed quotes a day after they expired; how many."""
    now = performer.ports.clock.now()
    with Session(engine) as session:
        gone = idempotency.forget_old(session, now) + signed_quotes.forget_old(session, now)
        session.commit()
    return gone


def witness_head(performer: Performer, engine: Engine) -> int:
    """Keep the head of the sealed chain outside, so that a cut-off tail is missed; 0 where nothing is sealed."""
    with Session(engine) as session:
        head = event_chain.head(session)
    if head is not None:
        performer.ports.witness.keep(head)
    return int(head is not None)


def send_code(performer: Performer, challenge_id: str) -> None:
    """Compose, send, note as sent. The code is derived, so that a repeat sends the same."""
    challenge = UUID(challenge_id)
    letter = performer.perform(compose_code, ComposeCode(challenge))
    if letter is None:
        return
    try:
        _send(performer, letter)
    except Undeliverable:  # nobody is told: whoever asked learns nothing about the address
        log.warning("code_undeliverable", challenge=challenge_id, template=letter.template)
    performer.perform(note_code_sent, CodeSent(challenge))


def send_invitation(performer: Performer, base_url: str, user_id: str, event_id: str) -> None:
    """Compose and send. The invitation is derived, so that a repeat sends the same."""
    command = ComposeInvitation(UUID(user_id), UUID(event_id), base_url)
    letter = performer.perform(compose_invitation, command)
    if letter is None:
        return
    try:
        _send(performer, letter)
    except Undeliverable:
        log.warning("invitation_undeliverable", user=user_id)


def invoice(performer: Performer, order_id: str) -> int:
    """Write the papers that an order lacks: its invoice, credit notes; how many."""
    return performer.perform(draw_up, DrawUp(UUID(order_id)))


def retain(performer: Performer, engine: Engine) -> int:
    """Blank or delete what was kept for as long as it may be; how many rows."""
    done = 0
    for rule in RULES:
        rows = BATCH
        while rows == BATCH:
            rows = performer.perform(keep_no_longer, KeepNoLonger(rule))
            done += rows
    return done


def forget_letters(
    performer: Performer, engine: Engine, erasure_id: str, challenges: str = ""
) -> None:
    """Remove the letters that were written to somebody who was erased, and those with codes for her."""
    with Session(engine) as session:
        written = erasure.letters_of(session, UUID(erasure_id))
    ids = [*written, *map(UUID, challenges.split())]
    performer.ports.postman.forget(ids)
    performer.ports.texter.forget(ids)


PERIODIC = {
    "expire": expire_orders,
    "reconcile": reconcile_payments,
    "cards": reconcile_cards,
    "catch-up": catch_up_payments,
    "disputes": answer_disputes,
    "lapsing": tell_of_lapsing,
    "remind": remind_shoppers,
    "forget": forget_answers,
    "witness": witness_head,
    "retain": retain,
}
TIMES = {
    "expire": "* * * * *",
    "reconcile": "* * * * *",
    "cards": "* * * * *",
    "catch-up": "41 * * * *",
    "disputes": "* * * * *",
    "lapsing": "7,22,37,52 * * * *",
    "remind": "* * * * *",
    "forget": "17 * * * *",
    "witness": "* * * * *",
    "retain": "23 * * * *",
}
"""By the name under which `flask jobs run` knows them."""


def register(worker: App, performer: Performer, engine: Engine, base_url: str) -> None:
    """Give the worker its tasks, and the times of the periodic ones."""

    @worker.task(name="tell", retry=PATIENT)
    def tell_task(order_id: str, event_id: str, template: Template) -> None:
        tell(performer, base_url, order_id, event_id, template)

    @worker.task(name="heed_notice", retry=PROMPT)
    def heed_notice_task(notice_id: str) -> None:
        heed_notice(performer, notice_id)

    @worker.task(name="invoice", retry=PATIENT)
    def invoice_task(order_id: str) -> None:
        invoice(performer, order_id)

    @worker.task(name="send_code", retry=PROMPT)
    def send_code_task(challenge_id: str) -> None:
        send_code(performer, challenge_id)

    @worker.task(name="send_invitation", retry=PATIENT)
    def send_invitation_task(user_id: str, event_id: str) -> None:
        send_invitation(performer, base_url, user_id, event_id)

    _register_forgetting(worker, performer, engine)
    for name, cron in TIMES.items():
        _register_periodic(worker, name, cron, performer, engine)


def _register_forgetting(worker: App, performer: Performer, engine: Engine) -> None:
    """What an erasure leaves to be done outside the database."""

    @worker.task(name="forget_payer", retry=STUBBORN)
    def forget_payer_task(payer: str) -> None:
        performer.ports.provider.forget_customer(payer)  # with her cards

    @worker.task(name="forget_letters", retry=PATIENT)
    def forget_letters_task(erasure_id: str, challenges: str = "") -> None:
        forget_letters(performer, engine, erasure_id, challenges)


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
        if done and name != "witness":  # which has something to do each minute
            log.info("job_done", job=name, done=done)
