"""Jobs of orders: expiry, reminders, documents."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.core.fulfilment.expire import ExpireOrder, expire, overdue
from app.core.fulfilment.remind import RemindShopper, due, remind
from app.core.invoicing.issue_documents import IssueDocuments, issue_documents
from app.jobs.job import RETRY_90_MINUTES, JobContext, PeriodicJob, Task, perform_each


def expire_orders(context: JobContext) -> int:
    """Expire orders that were not paid or collected in time; return how many.

    It runs twice, because the first run only closes the payment page of an unpaid order.
    """
    done = 0
    for _ in range(2):
        with Session(context.engine) as session:
            ids = overdue(session, context.runner.ports.clock.now())
        done += perform_each(context.runner, expire, [ExpireOrder(order_id) for order_id in ids])
    return done


def remind_shoppers(context: JobContext) -> int:
    """Remind customers of orders that are ready and not collected; return how many."""
    with Session(context.engine) as session:
        ids = due(session, context.runner.ports.clock.now())
    return perform_each(context.runner, remind, [RemindShopper(order_id) for order_id in ids])


def issue_invoice(context: JobContext, order_id: str) -> int:
    """Issue the invoice and credit notes that an order lacks; return how many."""
    return context.runner.perform(issue_documents, IssueDocuments(UUID(order_id)))


TASKS = (Task("issue_invoice", issue_invoice, RETRY_90_MINUTES),)
PERIODIC = (
    PeriodicJob("expire", "* * * * *", expire_orders),
    PeriodicJob("remind", "* * * * *", remind_shoppers),
)
