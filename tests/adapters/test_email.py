"""Order emails, and the two ways to deliver them under one contract."""

import io
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused
from typing import Any

import pytest

from app.adapters.email.channel import EmailChannel, make_email_channel
from app.adapters.email.transports import SmtpTransport
from app.adapters.message_text.rendering import MASK
from app.config import Settings
from app.core.clock import SystemClock
from app.core.ids import new_id
from app.core.orders.order_details import (
    OrderDetails,
    OrderFulfilment,
    OrderLine,
    Totals,
    order_details,
)
from app.core.ports import OutgoingMessage, Undeliverable
from tests.drivers.shop import Shop

TEMPLATES = (
    "placed", "items_unavailable", "nothing_available", "ready", "reminder", "collected", "cancelled", "expired",
    "reinstated", "new_code", "refunded", "late_payment_released",
    "payment_requested", "gift_cards",
)  # fmt: skip
STATES = {
    "placed": "placed",
    "items_unavailable": "picking",
    "nothing_available": "cancelled",
    "collected": "collected",
    "cancelled": "cancelled",
    "expired": "expired",
    "payment_requested": "collected",
    "gift_cards": "collected",
}
"""The status of the order in an email; `ready` for the other templates."""


class Inbox(socketserver.ThreadingTCPServer):
    """An SMTP server with just enough commands to receive an email."""

    daemon_threads = True

    refusal = "550 no such user"
    """The reply for the recipient nobody@…"""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[bytes] = []


class Conversation(socketserver.StreamRequestHandler):
    server: Inbox

    def handle(self) -> None:
        self._say("220 inbox")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            refused = b"<nobody@" in line and self.server.refusal
            self._say(refused or ("221 bye" if verb == b"QUIT" else "250 fine"))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(params=["a folder", "a mail server"])
def posted(request, tmp_path: Path, inbox: Inbox) -> Callable[..., list[EmailMessage]]:
    """Return a function that sends messages and returns the delivered emails."""
    url = f"smtp://127.0.0.1:{inbox.server_address[1]}" if request.param == "a mail server" else ""
    channel = make_email_channel(Settings(var=tmp_path, mail_url=url))

    def post(*messages: OutgoingMessage) -> list[EmailMessage]:
        for notification in messages:
            channel.send(notification)
        raw = inbox.mails if url else [file.read_bytes() for file in (tmp_path / "mail").iterdir()]
        return [message_from_bytes(mail, policy=default) for mail in raw]

    return post


CARDS = "£25.00: code KQ7M-2TXA-ABCD-EFGH-2345, PIN 402938"


def make_notification(template: str = "ready", **changes: Any) -> OutgoingMessage:
    order = make_order(STATES.get(template, "ready"), **changes.pop("order", {}))
    code = order.fulfilments[0].code
    link = "https://shop.test/orders/K7QXM3W9T?token=s3cret"
    facts = {"order": order, "code": code, "link": link, "cards": CARDS}
    to = ("Ann Lee", "ann@example.test")
    return replace(
        OutgoingMessage(new_id(), template, "en-GB", *to, facts, ("link", "code", "cards")),
        **changes,
    )


def make_order(status: str, cancelled: int = 0, pickup_person: str | None = None) -> OrderDetails:
    """Return an order of two lines, 3 mugs for £10.00 and a lamp for £14.00; `cancelled` mugs were unavailable."""
    due = 2400 - [0, 333, 667, 1000][cancelled]
    open_ended = status in ("placed", "picking", "ready")
    return OrderDetails(
        id=new_id(), number="K7QXM3W9T", status=status, currency="GBP", total=2400, net=2000, tax=400,
        cancelled=2400 - due, total_credited=0, paid=0 if open_ended else due, authorised=0,
        amount_due=due if open_ended else 0, amount_outstanding=due if open_ended else 0,
        totals_after_cancellation=Totals(due, due - 400, 400), pay_by=None, review_reason=None,
        quote_hash="a37ba20a9585", placed_at=datetime(2026, 6, 29, 8, 0, tzinfo=UTC), customer_id=None,
        lines=[
            OrderLine("MUG", "Mug <blue>", 3, cancelled, 333, 0, 200000, 1000, 833, 167),
            OrderLine("LAMP", "Lamp", 1, 0, 1400, 0, 200000, 1400, 1167, 233),
        ],
        discounts=[], taxes=[], payments=[], fulfilments=[make_fulfilment(status, pickup_person)],
    )  # fmt: skip


def make_fulfilment(status: str, pickup_person: str | None) -> OrderFulfilment:
    waiting = status in ("placed", "picking", "ready")
    return OrderFulfilment(
        id=new_id(), type="pickup", status="open" if status == "placed" else status, location="soho",
        name="Soho", address="1 Dean Street", timezone="Europe/London",
        hours=[[["09:00", "18:00"]]] * 6 + [[]], holidays={"2026-07-03": []},
        latitude=51.5, longitude=-0.1, pickup_person=pickup_person, code="042137" if waiting else None,
        ready_by=datetime(2026, 6, 30, 9, 30, tzinfo=UTC),
        collect_by=datetime(2026, 7, 4, 17, 0, tzinfo=UTC), ready_at=None, arrived_at=None,
        collected_at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC),
    )  # fmt: skip


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def qr_of(mail: EmailMessage) -> list[bytes]:
    return [part.get_content() for part in mail.walk() if part.get_content_type() == "image/png"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_email_arrives_as_text_and_html_with_either_transport(posted, template: str):
    notification = make_notification(template, order={"cancelled": 1})
    [mail] = posted(notification)
    assert mail["Message-ID"] == f"<{notification.id}@onecounter.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"]
    assert "K7QXM3W9T" in mail["Subject"]
    assert str(mail["To"]) == "Ann Lee <ann@example.test>"
    for kind in ("plain", "html"):
        assert "Ann Lee" in words_of(mail, kind)
        assert "https://shop.test/orders/K7QXM3W9T?token=s3cret" in words_of(mail, kind)


def test_an_email_that_is_sent_twice_has_one_message_id(posted):
    notification = make_notification()
    assert len({mail["Message-ID"] for mail in posted(notification, notification)}) == 1


def test_a_line_break_in_a_name_does_not_become_a_header(posted):
    [mail] = posted(make_notification(to_name="Eve\r\nBcc: all@example.test"))
    assert mail["Bcc"] is None
    assert str(mail["To"]) == '"Eve Bcc: all@example.test" <ann@example.test>'


def test_a_non_ascii_name_and_address_arrive(posted):
    [mail] = posted(make_notification(to_name="Zoë Müller", to_address="zoe@müller.test"))
    assert mail["To"].addresses[0].display_name == "Zoë Müller"
    assert mail["To"].addresses[0].addr_spec == "zoe@xn--mller-kva.test"


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_code_and_its_qr_code_are_sent_only_when_they_are_useful(posted, template: str):
    brings_code = template in ("ready", "reminder", "reinstated", "new_code")
    [mail] = posted(make_notification(template))
    assert [picture[:4] for picture in qr_of(mail)] == [b"\x89PNG"] * brings_code
    assert ("042137" in words_of(mail)) == brings_code
    assert ("cid:code." in words_of(mail, "html")) == brings_code


def test_the_stored_text_masks_the_code_and_the_link(tmp_path: Path):
    text = make_email_channel(Settings(var=tmp_path)).render(make_notification())
    assert "042137" not in text
    assert "s3cret" not in text
    assert text.count(MASK) == 2


def test_a_gift_card_is_in_the_email_but_not_in_the_stored_text(posted, tmp_path: Path):
    notification = make_notification("gift_cards")
    [mail] = posted(notification)
    assert CARDS in words_of(mail)
    assert CARDS in words_of(mail, "html")
    text = make_email_channel(Settings(var=tmp_path)).render(notification)
    assert "KQ7M" not in text
    assert "402938" not in text


def test_times_are_in_the_stores_time_zone_and_money_has_its_currency(posted):
    [mail] = posted(make_notification())
    assert "until Saturday 4 July, 18:00" in words_of(mail)
    assert "pay £24.00" in words_of(mail)
    assert "Open Monday to Saturday 09:00–18:00, Sunday closed" in words_of(mail)
    assert "Friday 3 July closed" in words_of(mail)


def test_an_items_unavailable_email_names_the_items_and_the_new_amount(posted):
    [mail] = posted(make_notification("items_unavailable", order={"cancelled": 1}))
    assert "1 × Mug <blue>\n" in words_of(mail)
    assert "You now pay £20.67 instead of £24.00" in words_of(mail)
    assert "2 × Mug <blue>: £6.67" in words_of(mail)
    assert "Mug &lt;blue&gt;" in words_of(mail, "html")


def test_an_email_names_the_pickup_person(posted):
    [mail] = posted(make_notification(order={"pickup_person": "Bo Ray"}))
    assert "Bo Ray may collect it for you" in words_of(mail)


def test_order_details_have_all_facts_that_the_emails_need(shop: Shop, tmp_path: Path):
    shop.stock("MUG", 1250, lds=5)
    placed = shop.order({"MUG": 2}, pickup_person={"name": "Bo Ray"})
    secrets = shop.app.extensions["ports"].secrets
    with shop.engine.connect() as reader:
        facts = {"order": order_details(reader, secrets, placed.number), "code": placed.code}
    channel = make_email_channel(Settings(var=tmp_path))
    for template in TEMPLATES:
        notification = make_notification(
            template, facts={**facts, "link": "https://shop.test", "cards": CARDS}
        )
        assert placed.code not in channel.render(notification)
        channel.send(notification)


def test_a_password_is_never_sent_unencrypted(inbox: Inbox):
    deliver = SmtpTransport.from_url(f"smtp://me:pass%40word@127.0.0.1:{inbox.server_address[1]}")
    assert deliver.password == "pass@word"
    assert "pass@word" not in repr(deliver)
    with pytest.raises(SMTPNotSupportedError):
        deliver(EmailMessage())


@pytest.mark.parametrize("url", ["http://mail.test", "smtp:mail.test", "mail.test:25"])
def test_an_invalid_mail_url_is_refused_at_the_start(url: str, tmp_path: Path):
    with pytest.raises(ValueError, match="MAIL_URL must look like"):
        make_email_channel(Settings(var=tmp_path, mail_url=url))


def test_the_html_states_the_actual_width_of_the_qr_code(posted):
    [mail] = posted(make_notification())
    [picture] = qr_of(mail)
    width = int.from_bytes(io.BytesIO(picture).read(20)[16:], "big")
    assert f'width="{width}"' in words_of(mail, "html")


def test_a_recipient_unknown_to_the_mail_server_is_undeliverable(inbox: Inbox):
    server = SmtpTransport("127.0.0.1", inbox.server_address[1], encrypted=False)
    channel = EmailChannel("Shop <shop@example.test>", server, SystemClock())
    with pytest.raises(Undeliverable):
        channel.send(make_notification(to_address="nobody@example.test"))
    inbox.refusal = "450 mailbox busy"
    with pytest.raises(SMTPRecipientsRefused):
        channel.send(make_notification(to_address="nobody@example.test"))
    assert inbox.mails == []


def test_an_invalid_address_is_undeliverable(posted):
    with pytest.raises(Undeliverable):
        posted(make_notification(to_address=f"ann@{'x' * 64}.test"))
