"""Jobs of payments: webhooks, reconciliation with the provider, expiring authorisations."""

from sqlalchemy.orm import Session

from app.core.payment_processing import handle_webhook as webhooks
from app.core.payment_processing import scheduled
from app.core.payment_processing.expiring_authorisations import (
    FlagExpiringAuthorisation,
    expiring,
    flag_expiring_authorisation,
)
from app.core.payment_processing.saved_cards.reconcile import reconcile_saved_cards
from app.jobs.job import (
    RETRY_3_MINUTES,
    RETRY_6_DAYS,
    JobContext,
    PeriodicJob,
    Task,
    perform_each,
)


def handle_webhook(context: JobContext, webhook_event_id: str) -> None:
    webhooks.handle_webhook(context.runner, webhook_event_id)


def delete_provider_customer(context: JobContext, provider_customer_id: str) -> None:
    """Delete the customer and their saved cards at the provider."""
    context.runner.ports.provider.delete_customer(provider_customer_id)


def flag_expiring_authorisations(context: JobContext) -> int:
    """Flag orders that are not ready while their authorisation is about to expire; return how many."""
    with Session(context.engine) as session:
        ids = expiring(session, context.runner.ports.clock.now())
    return perform_each(
        context.runner,
        flag_expiring_authorisation,
        [FlagExpiringAuthorisation(order_id) for order_id in ids],
    )


def reconcile(context: JobContext) -> int:
    return scheduled.reconcile_payments(context.runner, context.engine)


def reconcile_day(context: JobContext) -> int:
    return scheduled.reconcile_day(context.runner, context.engine)


def submit_evidence(context: JobContext) -> int:
    return scheduled.submit_pending_evidence(context.runner, context.engine)


def sync_saved_cards(context: JobContext) -> int:
    return reconcile_saved_cards(context.runner, context.engine)


TASKS = (
    Task("handle_webhook", handle_webhook, RETRY_3_MINUTES),
    # The customer has a right to it, so it goes on for days.
    Task("delete_provider_customer", delete_provider_customer, RETRY_6_DAYS),
)
PERIODIC = (
    PeriodicJob("reconcile", "* * * * *", reconcile),
    PeriodicJob("saved_cards", "* * * * *", sync_saved_cards),
    PeriodicJob("disputes", "* * * * *", submit_evidence),
    PeriodicJob("reconcile_day", "41 * * * *", reconcile_day),
    PeriodicJob("expiring_authorisations", "7,22,37,52 * * * *", flag_expiring_authorisations),
)
