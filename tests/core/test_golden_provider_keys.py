"""Known answers: the idempotency keys and ids by which the payment provider distinguishes our calls.

A key that changes during a call, for example by a new release, would capture or refund money twice.
"""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.channels.test_admin_money import Office
from tests.drivers import saved_cards
from tests.drivers.payments import BY_CARD, ask, collected, notify, refund
from tests.drivers.shop import Shop


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=5)
    return shop


def attempts(shop: Shop) -> dict[str, UUID]:
    """Return the id of the attempt of each kind."""
    return dict(shop.rows("SELECT kind, id FROM payment_attempts"))


def test_each_call_uses_the_id_of_its_attempt_as_its_key(stocked: Shop) -> None:
    placed, seen = collected(stocked, {"MUG": 2})
    assert refund(stocked, placed, 400).status_code == 201
    known, provider = attempts(stocked), stocked.provider
    assert set(known) == {"page", "capture", "refund"}
    assert set(provider.answers) == {str(found) for found in known.values()}
    [given] = provider.payments[seen.id].refunds
    assert given.attempt_id == known["refund"]


def test_the_provider_gets_our_payment_id_and_the_order_number(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 1}, payment=BY_CARD)
    ask(stocked, placed)
    stocked.provider.pay(placed.number)
    session_id = stocked.payment_session().id
    for requested in stocked.provider.requested.values():
        assert (requested.payment_id, requested.order_number) == (session_id, placed.number)


def test_a_customer_and_a_card_setup_use_keys_made_of_our_ids(stocked: Shop) -> None:
    one = saved_cards.shopper(stocked)
    saved_cards.ask(one)
    [(setup_id,)] = stocked.rows("SELECT id FROM card_setups")
    made_for = f"customer:{saved_cards.customer(stocked)}:0:{stocked.clock.now():%Y%m%dT%H}"
    assert list(stocked.provider.answers) == [made_for, str(setup_id)]


def test_the_evidence_of_a_dispute_has_a_key_made_of_its_id_and_moment(stocked: Shop) -> None:
    _, seen = collected(stocked, {"MUG": 1})
    stocked.provider.dispute(seen.id, 1000)
    notify(stocked, seen.id)
    stocked.clock.advance(timedelta(seconds=7))
    [(dispute_id,)] = stocked.rows("SELECT id FROM disputes")
    Office(stocked).done("POST", f"disputes/{dispute_id}/answer")
    assert list(stocked.provider.answers)[-1] == (
        f"{dispute_id}:{stocked.clock.now():%Y%m%dT%H%M%S}"
    )
