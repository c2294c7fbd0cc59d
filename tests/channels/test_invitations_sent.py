"""Invited users get the invitation by email."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.adapters.email.channel import make_email_channel
from app.adapters.email.mime import make_mail
from app.config import Settings
from app.core.access.users.invitations import (
    INVITATION_LIFETIME,
    AcceptInvitation,
    accept_invitation,
)
from app.core.access.users.users import DisableUser, disable_user
from app.core.ports import OutgoingMessage
from app.core.transaction import Actor
from app.jobs.notifications import send_invitation
from tests.drivers import staff
from tests.drivers.shop import Shop
from tests.drivers.staff import PASSWORD, Person

ADA = "ada@shop.example"


def queued(shop: Shop) -> list[dict[str, Any]]:
    waiting = shop.runner.ports.jobs.queued  # type: ignore[attr-defined]
    return [ids for name, ids in waiting if name == "send_invitation"]


def sent(shop: Shop) -> list[OutgoingMessage]:
    """Run the queued jobs and return the sent messages."""
    for ids in queued(shop):
        send_invitation(shop.jobs, **ids)
    messages: list[OutgoingMessage] = shop.runner.ports.channels["email"].sent  # type: ignore[attr-defined]
    return messages


def test_an_invitation_is_emailed_and_can_be_accepted(shop: Shop) -> None:
    Person(shop, "owner@shop.example", "owner")
    shop.runner.ports.jobs.queued.clear()  # type: ignore[attr-defined]
    invited = staff.invite(shop, ADA, "prices", "stock")
    (letter,) = sent(shop)
    assert (letter.to_address, letter.to_name, letter.template) == (ADA, "Somebody", "invitation")
    assert letter.facts["invitation"] == invited.invitation
    given = AcceptInvitation(letter.facts["invitation"], PASSWORD)
    accepted = shop.runner.perform(accept_invitation, given, Actor("merchant", "console"))
    assert accepted.email == ADA


def test_a_repeated_job_sends_the_same_message(shop: Shop) -> None:
    staff.invite(shop, ADA, "owner")
    (first,), (again,) = sent(shop)[:], sent(shop)[:]
    assert again == first


def test_the_job_has_only_ids_of_the_invitation(shop: Shop) -> None:
    invited = staff.invite(shop, ADA, "owner")
    assert [set(ids) for ids in queued(shop)] == [{"user_id", "event_id"}]
    assert invited.invitation not in str(queued(shop))


@pytest.mark.parametrize("why", ["used", "too old", "disabled"])
def test_an_invalid_invitation_is_not_sent(shop: Shop, why: str) -> None:
    Person(shop, "owner@shop.example", "owner").sign_in()
    if why == "used":
        Person(shop, ADA, "stock").sign_in()
    else:
        user = staff.invite(shop, ADA, "stock").id
    if why == "too old":
        shop.clock.advance(INVITATION_LIFETIME + timedelta(seconds=1))
    if why == "disabled":
        shop.runner.perform(disable_user, DisableUser(user))
    assert [letter.to_address for letter in sent(shop)] == []


def test_a_repeated_invitation_sends_only_the_valid_one(shop: Shop) -> None:
    first = staff.invite(shop, ADA, "owner")
    shop.clock.advance(timedelta(hours=1))
    second = staff.invite(shop, ADA, "owner")
    assert first.invitation != second.invitation
    assert {letter.facts["invitation"] for letter in sent(shop)} == {second.invitation}


def test_the_email_has_roles_and_expiry_and_is_masked_when_stored(
    shop: Shop, tmp_path: Path
) -> None:
    invited = staff.invite(shop, ADA, "owner", "prices")
    (letter,) = sent(shop)
    mail = make_mail(letter, "Shop <shop@example.com>", shop.clock.now())
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        words = part.get_content()
        assert invited.invitation in words
        assert "owner, prices" in words
        assert f"{invited.expires_at.day} {invited.expires_at:%B}" in words
        assert "{" not in words.partition("<body")[0]
    stored = make_email_channel(Settings(var=tmp_path)).render(letter)
    assert invited.invitation not in stored
    assert "••••••" in stored
