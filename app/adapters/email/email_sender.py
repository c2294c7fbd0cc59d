"""The Postman by mail: words from templates, delivered by SMTP or, without a server, into a folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

from app.adapters.email import words
from app.adapters.email.mail import make_mail
from app.adapters.email.transports import FileDelivery, SmtpDelivery
from app.config import Settings
from app.core.clock import Clock, SystemClock
from app.core.ports import Letter, Postman

Delivery = Callable[[EmailMessage], None]
"""Raises where the mail could not be delivered."""


@dataclass(frozen=True)
class MailPostman:
    sender: str
    deliver: Delivery
    clock: Clock

    def text(self, letter: Letter) -> str:
        return words.text(words.masked(letter))

    def send(self, letter: Letter) -> None:
        self.deliver(make_mail(letter, self.sender, self.clock.now()))

    def forget(self, ids: Sequence[UUID]) -> None:
        if isinstance(self.deliver, FileDelivery):
            self.deliver.forget(map(str, ids))


def make_postman(settings: Settings) -> Postman:
    """SMTP where MAIL_URL names a server, else `.eml` files in `var/mail`. Raises ValueError for another URL."""
    deliver: Delivery = FileDelivery(settings.var / "mail")
    if settings.mail_url:
        deliver = SmtpDelivery.from_url(settings.mail_url)
    return MailPostman(settings.mail_from, deliver, SystemClock())
