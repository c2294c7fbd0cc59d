"""Jobs that send messages: notifications about orders, codes, invitations."""

from uuid import UUID

import structlog

from app.core.notifications.compose_code import (
    ComposeCode,
    MarkCodeSent,
    compose_code,
    mark_code_sent,
)
from app.core.notifications.compose_invitation import ComposeInvitation, compose_invitation
from app.core.notifications.compose_message import (
    MarkSent,
    MarkUndeliverable,
    NotificationRequest,
    compose_message,
    mark_sent,
    mark_undeliverable,
)
from app.core.orders.notify import Template
from app.core.ports import OutgoingMessage, Undeliverable
from app.jobs.job import RETRY_3_MINUTES, RETRY_90_MINUTES, JobContext, PeriodicJob, Task

log = structlog.get_logger()


def send_notification(
    context: JobContext, order_id: str, event_id: str, template: Template
) -> None:
    """Compose, send, mark as sent. If the worker dies in between, the next run sends the same message."""
    request = NotificationRequest(UUID(order_id), UUID(event_id), template)
    message = context.runner.perform(compose_message, request)
    if message is None:
        return
    try:
        _send(context, message)
    except Undeliverable:
        log.warning("message_undeliverable", message=str(message.id), template=template)
        context.runner.perform(mark_undeliverable, MarkUndeliverable(message))
    else:
        context.runner.perform(mark_sent, MarkSent(message, request.order_id))


def send_code(context: JobContext, challenge_id: str) -> None:
    """Compose, send, mark as sent. The code is derived, so a repeat sends the same code."""
    challenge = UUID(challenge_id)
    message = context.runner.perform(compose_code, ComposeCode(challenge))
    if message is None:
        return
    try:
        _send(context, message)
    except Undeliverable:  # the requester must not learn anything about the address
        log.warning("code_undeliverable", challenge=challenge_id, template=message.template)
    context.runner.perform(mark_code_sent, MarkCodeSent(challenge))


def send_invitation(context: JobContext, user_id: str, event_id: str) -> None:
    """Compose and send. The invitation is derived, so a repeat sends the same invitation."""
    command = ComposeInvitation(UUID(user_id), UUID(event_id))
    message = context.runner.perform(compose_invitation, command)
    if message is None:
        return
    try:
        _send(context, message)
    except Undeliverable:
        log.warning("invitation_undeliverable", user=user_id)


def _send(context: JobContext, message: OutgoingMessage) -> None:
    """Raises Undeliverable."""
    context.runner.ports.channels[message.contact_channel].send(message)


TASKS = (
    # A mail server may be down for an hour. A code is valid for a quarter of an hour.
    Task("send_notification", send_notification, RETRY_90_MINUTES),
    Task("send_code", send_code, RETRY_3_MINUTES),
    Task("send_invitation", send_invitation, RETRY_90_MINUTES),
)
PERIODIC: tuple[PeriodicJob, ...] = ()
