"""Fakes of external services. The contract tests in tests/adapters compare them with the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.adapters.argon2_passwords import Argon2Passwords
from app.adapters.derived_secrets import DerivedSecrets
from app.adapters.invoice_pdf.reportlab_pages import ReportlabPdfRenderer
from app.adapters.phone_numbers import LibPhoneNumbers
from app.adapters.pyotp_codes import PyotpTotp
from app.adapters.vat_numbers import StdnumVatNumbers
from app.adapters.webauthn_passkeys import WebauthnPasskeys
from app.adapters.witnesses import NoWitness
from app.core.clock import Clock
from app.core.ports import OutgoingMessage, Ports
from tests.fakes.provider import FakeProvider


@dataclass
class FakeJobQueue:
    """Keeps queued jobs, but only after their transaction has committed."""

    queued: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def enqueue(self, session: Session, name: str, **ids: str) -> None:
        waiting: list[tuple[str, dict[str, Any]]] = session.info.setdefault("jobs", [])
        if not waiting:
            event.listen(session, "after_commit", self._take, once=True)
            event.listen(session, "after_rollback", lambda s: s.info.pop("jobs", None), once=True)
        waiting.append((name, ids))

    def _take(self, session: Session) -> None:
        self.queued.extend(session.info.pop("jobs", []))

    def reported(self) -> list[str]:
        """Return the templates of the queued messages, in order."""
        return [ids["template"] for name, ids in self.queued if name == "send_notification"]


@dataclass
class FakeMessageChannel:
    """Keeps sent messages."""

    sent: list[OutgoingMessage] = field(default_factory=list)

    def render(self, message: OutgoingMessage) -> str:
        facts: dict[str, Any] = {
            name: "••••••" if name in message.masked else value
            for name, value in message.facts.items()
        }
        return f"{message.template}: {facts}"

    def send(self, message: OutgoingMessage) -> None:
        self.sent = [one for one in self.sent if one.id != message.id] + [message]

    def delete(self, ids: Sequence[UUID]) -> None:
        self.sent = [one for one in self.sent if one.id not in ids]


def fake_channels() -> dict[str, FakeMessageChannel]:
    return {"email": FakeMessageChannel(), "sms": FakeMessageChannel()}


def fake_channel(ports: Ports, name: str) -> FakeMessageChannel:
    channel = ports.channels[name]
    assert isinstance(channel, FakeMessageChannel)
    return channel


def outside() -> dict[str, Any]:
    """Return fakes of external services, as `make_app` takes them."""
    return {
        "jobs": FakeJobQueue(),
        "channels": fake_channels(),
        "provider": FakeProvider(),
    }


def make_ports(clock: Clock) -> Ports:
    """Return ports without an application: fakes of external services, and the real ports of everything else."""
    return Ports(
        clock=clock,
        secrets=DerivedSecrets("x"),
        passwords=Argon2Passwords(),
        phones=LibPhoneNumbers("GB"),
        passkeys=WebauthnPasskeys("http://localhost:8000", "Test"),
        totp=PyotpTotp(),
        witness=NoWitness(),
        vat_numbers=StdnumVatNumbers(),
        pdf_renderer=ReportlabPdfRenderer(),
        **outside(),
    )
