"""The events of messages."""

from app.core.event_kinds import event

MESSAGE_SENT = event("message.sent", "message_id template", audience="shopper")
