"""Disputes: evidence is collected and submitted once, and the outcome is recorded."""

from datetime import timedelta

import pytest

from app.core.payment_processing import scheduled
from app.core.provider import Declined
from tests.channels.test_admin_money import Office
from tests.concurrency import at_once
from tests.core.test_statement_budgets import statements
from tests.drivers import staff
from tests.drivers.payments import authorised, notify
from tests.drivers.shop import Placed, Shop
from tests.fakes.provider import silent


@pytest.fixture
def disputed(shop: Shop) -> Placed:
    """Create an order that staff member 22 handed over after one wrong code, and that was then disputed."""
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    cashier = staff.at_work(shop, "22", "cashier")
    shop.make_ready(placed)
    path = f"orders/{placed.number}/hand-over"
    staff.work(shop, "POST", path, cashier, {"code": "000000", "payments": []})
    done = staff.work(shop, "POST", path, cashier, {"code": placed.code, "payments": []})
    assert done.status_code == 200, done.get_json()
    shop.provider.dispute(seen.id, 1000)
    notify(shop, seen.id)
    return placed


@pytest.fixture
def office(shop: Shop) -> Office:
    return Office(shop)


def only(office: Office, query: str = "") -> str:
    (one,) = office.done("GET", f"disputes{query}")["items"]
    return f"disputes/{one['id']}"


def test_the_evidence_is_collected_in_two_statements_and_has_no_names(
    shop: Shop, office: Office, disputed: Placed
) -> None:
    path = only(office)
    with statements(shop.engine) as seen:
        found = office.done("GET", path)
    assert len([one for one in seen if "disputes" in one]) == 2
    evidence = found["evidence"]
    handed = evidence["hand_over"]
    assert (handed["staff_number"], handed["device"]) == ("22", "Leeds till")
    assert (handed["wrong_codes"], handed["by_another_person"]) == (1, False)
    assert (evidence["total"], evidence["terms_version"]) == (1000, "1")
    assert len(evidence["quote_hash"]) == 64
    reported = str(found)
    assert [name for name in ("Ada", "ada@", "496 0000", disputed.code) if name in reported] == []


def test_the_evidence_is_submitted_once_outside_a_transaction_and_recorded(
    shop: Shop, office: Office, disputed: Placed
) -> None:
    open_transactions: list[int] = []

    def view() -> None:
        open_transactions.append(shop.idle_in_transaction())

    path, shop.provider.watch = only(office), view
    found = office.done("POST", f"{path}/answer")
    assert found["answered_at"] is not None
    assert open_transactions == [0]
    (sent,) = shop.provider.evidence
    assert sent["service_date"] == found["evidence"]["hand_over"]["at"][:10]
    assert "staff member 22" in sent["uncategorized_text"]
    assert "no tracking number" in sent["uncategorized_text"]
    assert office.refused("POST", f"{path}/answer") == "invalid_state"
    assert len(shop.provider.evidence) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_lost_response_the_same_evidence_is_submitted_again(
    shop: Shop, office: Office, disputed: Placed, when: str
) -> None:
    path = only(office)
    getattr(shop.provider, when)["submit_evidence"] = silent()
    assert office.refused("POST", f"{path}/answer") == "provider_unavailable"
    assert office.done("GET", path)["answered_at"] is None
    shop.clock.advance(timedelta(seconds=30))
    assert scheduled.submit_pending_evidence(shop.runner, shop.engine) == 1
    assert scheduled.submit_pending_evidence(shop.runner, shop.engine) == 0
    assert office.done("GET", path)["answered_at"] is not None
    assert len(shop.provider.evidence) == 1
    assert shop.provider.calls.count("submit_evidence") == 2


def test_simultaneous_submissions_submit_once(shop: Shop, office: Office, disputed: Placed) -> None:
    path = only(office)
    at_once(*(lambda: office("POST", f"{path}/answer") for _ in range(8)))
    assert len(shop.provider.evidence) == 1
    assert len(shop.events("order.dispute_answered")) == 1


def test_evidence_that_the_provider_refuses_is_not_submitted_again(
    shop: Shop, office: Office, disputed: Placed
) -> None:
    shop.provider.before["submit_evidence"] = [Declined("past_due", "Too late.")]
    assert office.refused("POST", f"{only(office)}/answer") == "payment_declined"
    assert scheduled.submit_pending_evidence(shop.runner, shop.engine) == 0


@pytest.mark.parametrize("ends", ["won", "lost"])
def test_the_outcome_is_recorded_and_a_lost_dispute_written_off(
    shop: Shop, office: Office, disputed: Placed, ends: str
) -> None:
    resolve = {"reason": "the bank has spoken", "write_off": True}
    assert office.refused("POST", f"orders/{disputed.number}/resolve", resolve) == "invalid_state"
    office.done("POST", f"{only(office)}/answer")
    (provider_id,) = shop.provider.payments
    shop.provider.dispute(provider_id, 1000, ends)
    notify(shop, provider_id)
    found = office.done("GET", only(office, f"?status={ends}"))
    assert (found["status"], found["closed_at"] is None) == (ends, False)
    if ends == "lost":  # a dispute that was won resolves itself
        office.done("POST", f"orders/{disputed.number}/resolve", resolve)
    money = office.done("GET", f"orders/{disputed.number}/payments")
    assert (money["amount_due"], money["review_reason"]) == (0, None)
    assert money["paid"] == (1000 if ends == "won" else 0)
    assert shop.violations() == {}
