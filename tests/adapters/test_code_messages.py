"""Emails and text messages with a code for an account."""

import re
import stat
from pathlib import Path

import pytest

from app.adapters.email.channel import make_email_channel
from app.adapters.email.mime import make_mail
from app.adapters.message_text import rendering
from app.adapters.sms.channel import FileSmsChannel
from app.config import Settings
from app.core.clock import SystemClock
from app.core.ids import new_id
from app.core.notifications.compose_code import TEMPLATES
from app.core.ports import OutgoingMessage
from tests.fakes.ports import FakeMessageChannel

MESSAGE_TEMPLATES = sorted(set(TEMPLATES.values()))


def make_message(template: str, **different: str) -> OutgoingMessage:
    return OutgoingMessage(
        new_id(), template, "en-GB", None, different.pop("to_address", "ada@example.com"),
        {"code": "123456", "minutes": 15}, masked=("code",), **different,
    )  # fmt: skip


@pytest.mark.parametrize("template", MESSAGE_TEMPLATES)
def test_each_email_is_complete_and_all_but_one_show_the_code(template: str) -> None:
    mail = make_mail(make_message(template), "Shop <shop@example.com>", SystemClock().now())
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for part in (plain.get_content(), html.get_content()):
        assert ("123456" in part) == (template != "no_account")
        assert ("15 minutes" in part) == (template != "no_account")
        assert "{" not in re.sub(r"style=.*?>", "", part)
    assert not list(mail.iter_attachments()), "a code for an account is not to be scanned"
    assert mail["Subject"]


@pytest.mark.parametrize("template", MESSAGE_TEMPLATES)
def test_a_code_is_masked_in_the_stored_email(template: str, tmp_path: Path) -> None:
    assert "123456" not in make_email_channel(Settings(var=tmp_path)).render(make_message(template))


@pytest.mark.parametrize("template", MESSAGE_TEMPLATES)
def test_a_text_message_is_short_and_has_the_code(template: str) -> None:
    stated = rendering.sms_text(make_message(template, contact_channel="sms"))
    assert len(stated) <= 160, "it would be two messages"
    assert ("123456" in stated) == (template != "no_account")


@pytest.mark.parametrize("real", [True, False])
def test_a_text_message_that_is_sent_twice_is_stored_once(tmp_path: Path, real: bool) -> None:
    channel = FileSmsChannel(tmp_path / "texts") if real else FakeMessageChannel()
    one = make_message("code_sign_in", to_address="+441134960000", contact_channel="sms")
    channel.send(one)
    channel.send(one)
    if isinstance(channel, FakeMessageChannel):
        assert channel.sent == [one]
        return
    (file,) = (tmp_path / "texts").iterdir()
    assert "To: +441134960000" in file.read_text()
    assert "123456" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
