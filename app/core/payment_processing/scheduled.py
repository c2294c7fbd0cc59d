"""The work on payments that runs each minute and each hour."""

import logging
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.core.payment_processing.disputes.submit_evidence import (
    AnswerDispute,
    answer_dispute,
    begun_unanswered,
)
from app.core.payment_processing.provider_sync.call_provider import call_provider
from app.core.payment_processing.provider_sync.reconcile import (
    open_sessions,
    reconcile_since,
    refresh_session,
    unfinished,
)
from app.core.provider import Declined, OutcomeUnknown
from app.core.transaction import UseCaseRunner

log = logging.getLogger(__name__)

CAUGHT_UP = timedelta(hours=26)
"""How far back payments are compared each hour: a day, with a margin for missed runs."""


def reconcile_payments(runner: UseCaseRunner, engine: Engine) -> int:
    """Finish calls to the provider without a response, and refresh sessions that may have been paid without an
    event reaching us. Return how many."""
    now = runner.ports.clock.now()
    with Session(engine) as session:
        ids = unfinished(session, now)
        waiting = open_sessions(session, now)
    for attempt_id in ids:
        call_provider(runner, attempt_id)
    return len(ids) + sum(refresh_session(runner, session_id) for session_id in waiting)


def reconcile_day(runner: UseCaseRunner, engine: Engine) -> int:
    """Apply what the provider has of the last day and no event brought. Return the number of changed payments."""
    since = runner.ports.clock.now() - CAUGHT_UP
    try:
        with Session(engine) as session:
            return reconcile_since(runner, session, since)
    except (OutcomeUnknown, Declined) as error:  # unavailable for now, or the shop takes no cards
        log.warning("not_caught_up", extra={"reason": type(error).__name__})
        return 0


def submit_pending_evidence(runner: UseCaseRunner, engine: Engine) -> int:
    """Submit evidence again whose outcome is unknown. Return the number of disputes."""
    with Session(engine) as session:
        ids = begun_unanswered(session, runner.ports.clock.now())
    for dispute_id in ids:
        try:
            answer_dispute(runner, AnswerDispute(dispute_id))
        except DomainError as refusal:
            payload = {"dispute": str(dispute_id), "reason": refusal.code}
            log.warning("dispute_unanswered", extra=payload)
    return len(ids)
