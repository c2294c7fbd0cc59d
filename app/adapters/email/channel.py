"""The email channel: sends by SMTP, or writes files if no mail server is configured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

from app.adapters.email.mime import make_mail
from app.adapters.email.transports import FileTransport, SmtpTransport
from app.adapters.message_text import rendering
from app.config import Settings
from app.core.clock import Clock, SystemClock
from app.core.ports import MessageChannel, OutgoingMessage

Transport = Callable[[EmailMessage], None]
"""Raises if the mail could not be delivered."""


@dataclass(frozen=True)
class EmailChannel:
    sender: str
    deliver: Transport
    clock: Clock

    def render(self, message: OutgoingMessage) -> str:
        return rendering.plain_text(rendering.mask(message))

    def send(self, message: OutgoingMessage) -> None:
        self.deliver(make_mail(message, self.sender, self.clock.now()))

    def delete(self, ids: Sequence[UUID]) -> None:
        if isinstance(self.deliver, FileTransport):
            self.deliver.delete(map(str, ids))


def make_email_channel(settings: Settings) -> MessageChannel:
    """Return SMTP if MAIL_URL names a server, else `.eml` files in `var/mail`. Raises ValueError for a bad URL."""
    deliver: Transport = FileTransport(settings.var / "mail")
    if settings.mail_url:
        deliver = SmtpTransport.from_url(settings.mail_url)
    return EmailChannel(settings.mail_from, deliver, SystemClock())
