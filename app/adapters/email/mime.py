"""Builds the mail of a message: plain text, the same text as HTML, and the code as a picture to scan."""

import io
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import segno

from app.adapters.message_text import rendering
from app.core.ports import OutgoingMessage, Undeliverable

QR_NAME = "code"


def make_mail(message: OutgoingMessage, sender: str, now: datetime) -> EmailMessage:
    """Return the mail as it is sent. The Message-ID is the message's id, so a repeat shows once."""
    _, sender_address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{message.id}@{sender_address.rpartition('@')[2]}>"
    mail["Date"] = now
    mail["From"] = sender
    mail["To"] = _recipient(message)
    mail["Subject"] = rendering.subject(message)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday replies do not answer it
    mail["Content-Language"] = "en-GB"
    mail.set_content(rendering.plain_text(message))
    qr = qr_picture(message)
    qr_id = f"{QR_NAME}.{message.id}" if qr else None
    mail.add_alternative(rendering.html(message, qr_id), subtype="html")
    if qr:
        page = mail.get_body(("html",))
        assert isinstance(page, EmailMessage)  # noqa: S101 - it was added two lines above
        page.add_related(
            qr, "image", "png", cid=f"<{qr_id}>", disposition="inline", filename=f"{QR_NAME}.png"
        )
    return mail


def qr_picture(message: OutgoingMessage) -> bytes | None:
    """Return the PNG that a till scans ("NUMBER CODE"), or None if the message shows no pickup code."""
    if "order" not in message.facts or not rendering.shows_code(message):
        return None
    picture = io.BytesIO()
    content = f"{message.facts['order'].number} {message.facts['code']}"
    segno.make(content, error="m", micro=False).save(picture, kind="png", scale=6, border=4)
    return picture.getvalue()


def _recipient(message: OutgoingMessage) -> Address:
    # A name is free text: a line break in it must not start another header.
    name = " ".join((message.to_name or "").split())
    user, _, domain = message.to_address.rpartition("@")
    try:
        return Address(name, user, domain.encode("idna").decode())
    except ValueError:  # a domain label is empty or longer than 63 characters
        raise Undeliverable("Mail cannot be sent to this address.") from None
