"""Jobs of the ground floor: old idempotency keys, the head of the event chain."""

from sqlalchemy.orm import Session

from app.core import event_chain, idempotency
from app.core.pricing import signed_quotes
from app.jobs.job import JobContext, PeriodicJob, Task


def purge_idempotency(context: JobContext) -> int:
    """Delete stored responses after a day, and signed quotes a day after they expired; return how many."""
    now = context.runner.ports.clock.now()
    with Session(context.engine) as session:
        gone = idempotency.purge(session, now) + signed_quotes.purge_expired(session, now)
        session.commit()
    return gone


def witness_head(context: JobContext) -> int:
    """Store the head of the event chain at the witness, so that a cut-off tail is noticed.

    Return 0 if nothing is sealed yet.
    """
    with Session(context.engine) as session:
        head = event_chain.head(session)
    if head is not None:
        context.runner.ports.witness.keep(head)
    return int(head is not None)


TASKS: tuple[Task, ...] = ()
PERIODIC = (
    PeriodicJob("purge_idempotency", "17 * * * *", purge_idempotency),
    PeriodicJob("witness", "* * * * *", witness_head, logged=False),
)
