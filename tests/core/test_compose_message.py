"""A job that may run late sends order messages: a message that is no longer true is superseded."""

from typing import get_args

import pytest

from app.core.notifications.compose_message import VALID_ORDER_STATUSES
from app.core.orders.notify import Template
from app.core.ports import OutgoingMessage, Undeliverable
from app.jobs.notifications import send_notification
from tests.adapters.test_email import TEMPLATES
from tests.drivers import order_statuses
from tests.drivers.shop import Shop
from tests.fakes.ports import FakeJobQueue, FakeMessageChannel


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 1200, lds=10)
    return shop


def run_message_jobs(shop: Shop) -> list[str]:
    """Run the waiting message jobs; return the templates that were sent."""
    ports = shop.app.extensions["ports"]
    queue: FakeJobQueue = ports.jobs
    for name, ids in queue.queued:
        assert name in ("send_notification", "issue_invoice")
        if name == "send_notification":
            send_notification(shop.jobs, **ids)
    queue.queued.clear()
    return [letter.template for letter in sent(shop)]


def sent(shop: Shop) -> list[OutgoingMessage]:
    channel: FakeMessageChannel = shop.app.extensions["ports"].channels["email"]
    return channel.sent


def statuses(shop: Shop) -> dict[str, str]:
    return {str(message.template): message.status for message in shop.messages()}


def test_every_message_is_sent_if_the_job_runs_in_time(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2})
    assert run_message_jobs(stocked) == ["placed"]
    stocked.make_ready(placed)
    stocked.hand_over(placed, placed.body["total"])
    assert run_message_jobs(stocked) == ["placed", "collected"]
    assert statuses(stocked) == {"placed": "sent", "ready": "superseded", "collected": "sent"}


@pytest.mark.parametrize(
    ("stage", "out"),
    [
        ("placed", ["placed"]),
        ("picking", ["placed"]),
        ("ready", ["ready"]),
        ("collected", ["collected"]),
        ("cancelled", ["cancelled"]),
        ("expired", ["expired"]),
    ],
)
def test_a_late_job_sends_only_messages_that_are_still_true(
    stocked: Shop, stage: str, out: list[str]
) -> None:
    order_statuses.make_order(stocked, stage)
    assert run_message_jobs(stocked) == out


def test_a_message_that_became_untrue_while_the_mail_server_refused_it_is_superseded(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = stocked.order({"MUG": 2})
    with monkeypatch.context() as patch:
        patch.setattr(FakeMessageChannel, "send", refuse)
        with pytest.raises(ConnectionError):
            run_message_jobs(stocked)
    assert statuses(stocked) == {"placed": "queued"}
    order_statuses.cancel(stocked, placed)
    assert run_message_jobs(stocked) == ["cancelled"]
    assert statuses(stocked) == {"placed": "superseded", "cancelled": "sent"}


def refuse(*_: object) -> None:
    raise ConnectionError("no mail server")


def test_the_message_about_unavailable_items_names_them(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2})
    stocked.pick(placed, {}, MUG=2)
    assert run_message_jobs(stocked) == ["nothing_available"]
    assert sent(stocked)[0].facts["order"].lines[0].cancelled == 2


def test_every_template_declares_the_statuses_in_which_it_is_true() -> None:
    assert set(VALID_ORDER_STATUSES) == set(get_args(Template)) == set(TEMPLATES)


def test_a_message_to_an_undeliverable_address_fails_without_a_violation(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bounce(*_: object) -> None:
        raise Undeliverable("no such receiver")

    monkeypatch.setattr(FakeMessageChannel, "send", bounce)
    stocked.order({"MUG": 2})
    assert run_message_jobs(stocked) == []
    assert statuses(stocked) == {"placed": "failed"}
    stocked.change("UPDATE messages SET created_at = created_at - interval '1 day'")
    assert stocked.violations() == {}
