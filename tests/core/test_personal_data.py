"""Personal data is declared, exported, and deleted by an erasure: in tables, messages and logs."""

import io
import json
from uuid import UUID

import pytest
import structlog

from app.channels.http import errors, metrics
from app.config import Settings
from app.core.accounts.contact_address import ContactAddress
from app.core.privacy import data_map
from app.core.privacy.data_map import TABLES
from app.core.privacy.erasure import EraseCustomer, erase_customer
from app.core.privacy.table_entry import TableEntry, declared_columns
from app.jobs import job, notifications
from app.jobs.privacy import delete_messages
from tests.core.canary_person import CONTACT, MARK, OWN, TEXT, Scene
from tests.drivers import customers, saved_cards
from tests.drivers.catalogue import call, done, refused
from tests.drivers.shop import Shop
from tests.drivers.shopper import Shopper


def test_every_text_column_is_declared_once(shop: Shop) -> None:
    there: dict[str, list[str]] = {}
    for table, column in shop.rows(TEXT):
        there.setdefault(table, []).append(column)
    reported = {
        table: sorted(column for column in declared_columns(one) if not _is_of_another_type(column))
        for table, one in TABLES.items()
    }
    assert {name: columns for name, columns in reported.items() if columns} == {
        name: sorted(columns) for name, columns in there.items()
    }


def _is_of_another_type(column: str) -> bool:
    """Tell whether it is a moment that an erasure sets, or the expiry of a card."""
    return column in ("ended_at", "removed_at", "exp_month", "exp_year")


def test_every_reference_to_a_person_is_declared(shop: Shop) -> None:
    pointing = {
        table
        for table in shop.table_names()
        if {"customer_id", "contact_id"} & set(shop.columns(table))
    }
    assert pointing
    assert pointing - {name for name, one in TABLES.items() if one.row_filter} == set()


def test_data_kept_after_an_erasure_is_a_declared_column() -> None:
    assert {name: one.retained for name, one in TABLES.items() if one.retained} == {
        "contacts": "name",
        "document_buyers": "name address country vat_number",
    }


LEFT = {"contacts.name": 1, "document_buyers.name": 1, "document_buyers.address": 1}
"""Columns of a buyer that stay: the name, and the content of the invoice."""


@pytest.fixture
def scene(shop: Shop, settings: Settings) -> Scene:
    return Scene(shop, settings)


def erase(scene: Scene) -> None:
    customers.erase(scene.shop, scene.card)
    scene.run_jobs()


def test_before_an_erasure_the_marks_of_a_person_are_everywhere(scene: Scene) -> None:
    """Otherwise the next test would prove nothing."""
    assert set(scene.find_marks()) == {
        "contacts.name", "contacts.email", "contacts.phone", "identities.value", "customers.tags",
        "customer_notes.body", "messages.body",
        "idempotency_keys.body", "account_challenges.encrypted_address", "account_passkeys.name",
        "account_passwords.hash", "account_sessions.device", "account_sessions.name",
        "postal_addresses.label", "postal_addresses.lines", "postal_addresses.name", "postal_addresses.postcode",
        "postal_addresses.town", "preferences.value", "order_billing.name", "order_billing.address",
        "document_buyers.name", "document_buyers.address", "saved_cards.last4",
    }  # fmt: skip
    assert sum(MARK in letter for letter in scene.messages()) == 3


def test_after_an_erasure_marks_are_only_in_the_declared_columns(scene: Scene) -> None:
    erase(scene)
    assert scene.find_marks() == LEFT
    (contact,) = [one for one in scene.shop.contacts() if one.name and "Marker" in one.name]
    assert (contact.name, contact.email, contact.phone) == ("Mia Marker", None, None)
    assert [letter for letter in scene.messages() if MARK in letter] == []
    assert scene.shop.violations() == {}


def test_a_column_missing_from_the_data_map_would_be_caught(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful = TableEntry(
        row_filter=TABLES["customer_notes"].row_filter, not_personal="body actor_kind"
    )
    monkeypatch.setitem(data_map.TABLES, "customer_notes", forgetful)
    erase(scene)
    assert "customer_notes.body" in scene.find_marks()
    assert set(scene.shop.violations()) == {"I21"}


def capture_logs(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Return the log of requests, errors and jobs from now on, in its real configuration."""
    lines = io.BytesIO()
    for module in (metrics, errors, job, notifications):
        monkeypatch.setattr(module, "log", structlog.wrap_logger(structlog.BytesLogger(lines)))
    return lines


def test_no_log_line_has_a_mark(
    shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = capture_logs(monkeypatch)
    scene = Scene(shop, settings)
    customers.at_till(shop, "email", CONTACT["email"])
    call(shop, "GET", f"customers/{scene.mia}/export")
    call(shop, "GET", f"customers?by=email&value={CONTACT['email']}&nonsense={MARK}")
    erase(scene)
    reported = lines.getvalue().decode().lower()
    assert reported.count('"event":"request"') > 20
    assert MARK not in reported


def test_an_erasure_deletes_every_part_of_the_account(scene: Scene) -> None:
    text = scene.var / "texts" / f"{scene.contact_method}.txt"
    assert text.exists()
    made_of = ("challenges", "passkeys", "passwords")
    tries = ContactAddress("email", OWN).subject(scene.shop.runner.ports.secrets)
    assert [limit.subject for limit in scene.shop.rate_limits()].count(tries) == 2
    erase(scene)
    assert scene.ann.call("GET", "account").status_code == 401
    assert scene.ann.refresh().status_code == 401
    for table in (
        *(f"account_{one}" for one in made_of),
        "wishlist_items",
        "preferences",
        "postal_addresses",
    ):
        assert scene.shop.count(table) == 0, table
    assert [limit.subject for limit in scene.shop.rate_limits()].count(tries) == 0
    assert [one for one in scene.shop.account_sessions() if not one.ended_at] == []
    assert not text.exists()
    assert scene.sign_in(Shopper(scene.shop))["new"]


def test_an_erasure_deletes_the_customer_at_the_payment_provider(scene: Scene) -> None:
    provider = scene.shop.provider
    assert len(provider.kept[scene.payer]) == 1
    erase(scene)
    assert scene.payer not in provider.kept
    assert provider.calls.count("delete_customer") == 1
    assert scene.shop.card_setups() == []
    (payer,) = scene.shop.identities("provider_customer")
    assert (payer.value, payer.ended_at is None) == ("", False)


def test_cards_are_detached_if_the_job_is_killed_before_the_provider_forgets_the_customer(
    scene: Scene,
) -> None:
    provider = scene.shop.provider
    scene.shop.runner.perform(erase_customer, EraseCustomer(UUID(scene.mia)))
    queued = scene.shop.app.extensions["ports"].jobs.queued
    assert ("delete_provider_customer", {"provider_customer_id": scene.payer}) in queued
    saved_cards.detach_removed_cards(scene.shop)
    assert provider.kept[scene.payer] == []
    assert [card.detached_at is None for card in scene.shop.saved_cards()] == [False]
    assert scene.shop.violations() == {}


def test_an_erasure_keeps_all_data_of_other_customers(scene: Scene) -> None:
    before = customers.seen(scene.shop, scene.other)
    erase(scene)
    assert customers.seen(scene.shop, scene.other) == before
    assert sum("eve other" in letter for letter in scene.messages()) == 1
    callers = [one.caller for one in scene.shop.idempotency_keys()]
    assert len([caller for caller in callers if caller.startswith("cart:")]) == 1


def test_an_erased_customer_has_no_identity_and_cannot_be_changed(scene: Scene) -> None:
    erase(scene)
    for by, value in (("email", CONTACT["email"]), ("loyalty_card", "cardmarker")):
        assert customers.at_till(scene.shop, by, value) == []
    seen = customers.seen(scene.shop, scene.mia)
    assert (seen["name"], seen["tags"], seen["notes"], seen["identities"]) == (None, [], [], [])
    assert refused(scene.shop, "POST", f"customers/{scene.mia}/notes", {"body": "x"}) == (
        409,
        "customer_erased",
    )
    kinds = customers.kinds(scene.shop, scene.mia)
    assert kinds[0] == "customer.erased"
    assert "order.collected" in kinds


def test_an_erasure_ends_consents_and_suppresses_the_addresses(scene: Scene) -> None:
    erase(scene)
    stated = [(consent.purpose, consent.status) for consent in scene.shop.consents()]
    assert stated == [("newsletter", "given"), ("newsletter", "withdrawn")]
    again = customers.add(scene.shop, **CONTACT)
    body = {"purpose": "newsletter", "contact_channel": "email", "given": True, "text_version": "2"}
    assert refused(scene.shop, "PUT", f"customers/{again}/consents", body) == (
        409,
        "recipient_suppressed",
    )


def test_a_customer_with_an_open_order_is_not_erased(scene: Scene) -> None:
    waiting = scene.order(scene.card)
    before = scene.find_marks()
    answer = customers.as_owner(scene.shop, "POST", f"customers/{scene.mia}/erase").get_json()
    assert (answer["status"], answer["code"]) == (409, "invalid_state")
    assert scene.find_marks() == before
    scene.shop.call("POST", f"/api/v1/orders/{waiting.number}/cancel", waiting.token)
    erase(scene)
    assert scene.find_marks() == LEFT


def test_guests_are_erased_by_their_address(shop: Shop, settings: Settings) -> None:
    shop.stock("MUG", 800, lds=9)
    for contact in (CONTACT, CONTACT | {"email": "Mia.Marker@EXAMPLE.com"}):
        placed = shop.order({"MUG": 1}, contact=contact)
        shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    address = {"email": CONTACT["email"]}
    assert customers.as_owner(shop, "POST", "erasures", address).status_code == 200
    ways = [(one.name, one.email, one.phone) for one in shop.contacts()]
    assert ways == [(None, None, None)] * 2
    assert customers.as_owner(shop, "POST", "erasures", address).status_code == 404
    assert shop.violations() == {}


def test_an_export_contains_all_data_about_the_person(scene: Scene) -> None:
    exported = done(scene.shop, "GET", f"customers/{scene.card}/export")["tables"]
    whole = json.dumps(exported)
    for reported in (
        "Mia Marker",
        "Paul Marker",
        "Rita Marker",
        CONTACT["email"],
        "CARDMARKER",
        "Says marker.",
        scene.collected.number,
        scene.cancelled.number,
    ):
        assert reported in whole
    assert scene.kept.number not in whole
    assert "eve.other" not in whole.lower()
    shown = {name for name, one in TABLES.items() if one.exported}
    none = {
        "promotion_redemptions",
        "stored_value_accounts",
        "stored_value_entries",
        "disputes",
        "payment_attempts",
        "payment_sessions",
        "refunds",
        "store_credit_codes",
    }
    assert shown - set(exported) == none, "the customer used none"


def test_an_export_can_be_read_as_a_page(scene: Scene) -> None:
    page = call(scene.shop, "GET", f"customers/{scene.mia}/export.html")
    assert page.mimetype == "text/html"
    assert "<td>Mia Marker</td>" in page.text
    assert page.text.count("<h2>") >= 12


def test_the_delete_messages_job_survives_a_kill(scene: Scene) -> None:
    scene.shop.runner.perform(erase_customer, EraseCustomer(UUID(scene.mia)))
    (job,) = (
        one for one in scene.shop.app.extensions["ports"].jobs.queued if one[0] == "delete_messages"
    )
    for _ in range(2):
        delete_messages(scene.shop.jobs, **job[1])
    assert not any(MARK in letter for letter in scene.messages())
