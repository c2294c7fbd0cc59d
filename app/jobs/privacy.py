"""Jobs of privacy: retention, and what an erasure leaves to do outside the database."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.core.privacy import erasure
from app.core.privacy.retention import BATCH, RULES, ApplyRetentionRule, apply_retention_rule
from app.jobs.job import RETRY_90_MINUTES, JobContext, PeriodicJob, Task


def apply_retention(context: JobContext) -> int:
    """Blank or delete what has reached the end of its retention period; return how many rows."""
    done = 0
    for rule in RULES:
        rows = BATCH
        while rows == BATCH:
            rows = context.runner.perform(apply_retention_rule, ApplyRetentionRule(rule))
            done += rows
    return done


def delete_messages(context: JobContext, erasure_id: str, challenges: str = "") -> None:
    """Delete our copies of messages to an erased person, and of messages with codes for them."""
    with Session(context.engine) as session:
        written = erasure.messages_of(session, UUID(erasure_id))
    ids = [*written, *map(UUID, challenges.split())]
    for channel in context.runner.ports.channels.values():
        channel.delete(ids)


TASKS = (Task("delete_messages", delete_messages, RETRY_90_MINUTES),)
PERIODIC = (PeriodicJob("apply_retention", "23 * * * *", apply_retention),)
