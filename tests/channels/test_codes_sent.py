"""A code on its way from the request to the mailbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.accounts import challenges
from app.core.ports import OutgoingMessage, Undeliverable
from app.jobs.job import JobContext
from app.jobs.notifications import send_code
from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, Shopper, code_of, sent_code
from tests.fakes.ports import FakeMessageChannel


class Counting(FakeMessageChannel):
    """Counts sent messages, also repeated ones."""

    def __init__(self, undeliverable: bool = False) -> None:
        super().__init__()
        self.tried, self.undeliverable = 0, undeliverable

    def send(self, letter: OutgoingMessage) -> None:
        self.tried += 1
        if self.undeliverable:
            raise Undeliverable
        super().send(letter)


def sending_by(shop: Shop, channel: FakeMessageChannel) -> JobContext:
    ports = replace(shop.runner.ports, channels={"email": channel, "sms": channel})
    return JobContext(replace(shop.runner, ports=ports), shop.engine)


def test_a_code_is_queued_with_its_request_and_sent_once(shop: Shop) -> None:
    challenge = Shopper(shop).ask(email=ADA)
    queued = shop.runner.ports.jobs.queued  # type: ignore[attr-defined]
    assert queued == [("send_code", {"challenge_id": challenge})]
    channel = Counting()
    for _ in range(2):
        send_code(sending_by(shop, channel), challenge)
    assert channel.tried == 1


def test_a_job_killed_after_sending_sends_the_same_message_again(shop: Shop) -> None:
    challenge = Shopper(shop).ask(email=ADA)
    channel = Counting()
    for _ in range(2):
        send_code(sending_by(shop, channel), challenge)
        shop.change("UPDATE account_challenges SET sent_at = NULL")
    (letter,) = channel.sent
    assert (channel.tried, letter.facts["code"]) == (2, code_of(shop, challenge))


@pytest.mark.parametrize("late", [True, False])
def test_an_expired_or_used_code_is_not_sent(shop: Shop, late: bool) -> None:
    ada = Shopper(shop)
    challenge = ada.ask(email=ADA)
    if late:
        shop.clock.advance(challenges.CHALLENGE_LIFETIME + timedelta(seconds=1))
    else:
        ada.signed_in("code", {"challenge": challenge, "code": code_of(shop, challenge)})
    assert sent_code(shop, challenge) is None


def test_an_undeliverable_address_is_tried_once_without_an_error(shop: Shop) -> None:
    challenge = Shopper(shop).ask(email=ADA)
    channel = Counting(undeliverable=True)
    for _ in range(2):
        send_code(sending_by(shop, channel), challenge)
    assert channel.tried == 1


def test_the_message_depends_on_whether_the_account_exists(shop: Shop) -> None:
    ada = Shopper(shop)
    reported = []
    for _ in range(2):
        challenge = ada.ask(email=ADA)
        letter = sent_code(shop, challenge)
        assert letter is not None
        reported.append(letter.template)
        ada.signed_in("code", {"challenge": challenge, "code": letter.facts["code"]})
    assert reported == ["code_sign_up", "code_sign_in"]


def test_the_last_use_of_a_session_is_recorded_at_most_hourly(shop: Shop) -> None:
    ada = Shopper(shop)
    ada.sign_in()
    began = shop.clock.now()
    for minutes, noted in ((59, 0), (1, 60), (30, 60), (30, 120)):
        shop.clock.advance(timedelta(minutes=minutes))
        ada.account("GET")
        assert shop.account_session().seen_at == began + timedelta(minutes=noted)
