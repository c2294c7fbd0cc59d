"""Two ways to deliver a mail: an SMTP server, or files in a folder."""

import os
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from app.core.ports import Undeliverable

TIMEOUT = 8.0
"""Seconds to wait for each response of the server; less than a job may take."""

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class FileTransport:
    folder: Path

    def __call__(self, mail: EmailMessage) -> None:
        """Write the whole file or nothing, readable by its owner only. The name is the Message-ID, so a repeat
        overwrites."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        unfinished = self.folder / f".{name}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(mail.as_bytes(policy=SMTP))
        unfinished.replace(self.folder / f"{name}.eml")

    def delete(self, names: Iterable[str]) -> None:
        for name in names:
            (self.folder / f"{name}.eml").unlink(missing_ok=True)


@dataclass(frozen=True)
class SmtpTransport:
    host: str
    port: int
    encrypted: bool
    """TLS from the first byte; otherwise STARTTLS if the server offers it."""
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Parse smtp://user:password@host:port or smtps://…, with special characters percent-encoded."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("MAIL_URL must look like smtp://user:password@host:587 or smtps://…")
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            encrypted=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def __call__(self, mail: EmailMessage) -> None:
        """Raises Undeliverable if the server rejects the receiver for good (5xx, RFC 5321 section 4.2.1)."""
        with self._connect() as server:
            if self.user:
                server.login(self.user, self.password)
            try:
                server.send_message(mail)
            except smtplib.SMTPRecipientsRefused as refused:
                if all(500 <= code < 600 for code, _ in refused.recipients.values()):
                    raise Undeliverable("The mail server refuses this receiver.") from None
                raise

    def _connect(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.encrypted:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
        elif self.user:
            server.close()
            raise smtplib.SMTPNotSupportedError(
                f"{self.host} offers no STARTTLS, and a password is never sent in the clear: use smtps://"
            )
        return server
