"""A letter as a mail: plain text, the same as simple HTML, and the code as a picture to scan."""

import io
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import segno

from app.adapters.email import words
from app.core.ports import Letter, Undeliverable

QR_NAME = "code"


def make_mail(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """The mail as it is sent. Its Message-ID is the letter's, so that one sent twice is seen once."""
    _, sender_address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{letter.id}@{sender_address.rpartition('@')[2]}>"
    mail["Date"] = now
    mail["From"] = sender
    mail["To"] = _recipient(letter)
    mail["Subject"] = words.subject(letter)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday replies do not answer it
    mail["Content-Language"] = "en-GB"
    mail.set_content(words.text(letter))
    qr = qr_picture(letter)
    qr_id = f"{QR_NAME}.{letter.id}" if qr else None
    mail.add_alternative(words.html(letter, qr_id), subtype="html")
    if qr:
        page = mail.get_body(("html",))
        assert isinstance(page, EmailMessage)  # noqa: S101 - it was added two lines above
        page.add_related(
            qr, "image", "png", cid=f"<{qr_id}>", disposition="inline", filename=f"{QR_NAME}.png"
        )
    return mail


def qr_picture(letter: Letter) -> bytes | None:
    """What a till scans, "NUMBER CODE", as a PNG; None for a letter that shows none of an order."""
    if "order" not in letter.facts or not words.shows_code(letter):
        return None
    picture = io.BytesIO()
    content = f"{letter.facts['order']['number']} {letter.facts['code']}"
    segno.make(content, error="m", micro=False).save(picture, kind="png", scale=6, border=4)
    return picture.getvalue()


def _recipient(letter: Letter) -> Address:
    # A name is free text: a line break in it must not become a header of its own.
    name = " ".join((letter.to_name or "").split())
    user, _, domain = letter.to_address.rpartition("@")
    try:
        return Address(name, user, domain.encode("idna").decode())
    except ValueError:  # a label of more than 63 characters, or none
        raise Undeliverable("This is no address that mail can be sent to.") from None
