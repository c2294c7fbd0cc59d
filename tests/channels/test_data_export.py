"""A shopper exports all data held about them, and has it erased."""

import pytest

from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, BOB, Shopper, wrong_code

CODE = "account/erasure/code"


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shop.stock("MUG", 800, lds=50)
    shopper = Shopper(shop)
    shopper.sign_in(name="Ada Byron")
    return shopper


def given(shopper: Shopper) -> dict[str, str]:
    challenge = str(shopper.account("POST", "/erasure/code")["challenge"])
    return {"challenge": challenge, "code": shopper.read(challenge)}


def test_an_export_has_all_data_of_the_customer_and_no_data_of_others(
    shop: Shop, ada: Shopper
) -> None:
    shop.order({"MUG": 1})
    ada.sign_in()
    Shopper(shop).sign_in(email=BOB, name="Bob")
    tables = ada.account("GET", "/export")["tables"]
    assert [one["name"] for one in tables["contacts"]] == ["Ada Byron", "Ada Byron"]
    assert [one["value"] for one in tables["identities"]] == [ADA]
    assert len(tables["orders"]) == len(tables["order_lines"]) == 1
    page = ada.call("GET", "account/export.html")
    assert page.mimetype == "text/html"
    for reported in (str(tables), page.get_data(as_text=True)):
        assert ADA in reported
        assert BOB not in reported


def test_an_export_is_an_event_with_the_customer_as_actor(shop: Shop, ada: Shopper) -> None:
    ada.account("GET", "/export")
    exported = shop.event("customer.exported")
    assert (exported.actor_kind, exported.sales_channel) == ("shopper", "web")


def test_an_erasure_with_the_right_code_ends_all_sessions(shop: Shop, ada: Shopper) -> None:
    phone = Shopper(shop, app=True)
    phone.sign_in()
    assert set(ada.account("POST", "/erasure", given(ada))) == {"id"}
    for shopper in (ada, phone):
        assert shopper.call("GET", "account").status_code == 401
    (contact,) = shop.contacts()
    assert (contact.name, contact.email) == (None, None)
    assert shop.violations() == {}
    assert phone.sign_in()["new"] is True


def test_a_wrong_code_or_one_for_another_purpose_erases_nothing(shop: Shop, ada: Shopper) -> None:
    right = given(ada)
    wrong = right | {"code": wrong_code(right["code"])}
    signing_in = ada.ask(email=ADA)
    for body in (wrong, {"challenge": signing_in, "code": ada.read(signing_in)}):
        assert refusal(ada.call("POST", "account/erasure", body)) == (403, "invalid_code")
    assert shop.count("erasures") == 0


def test_five_wrong_codes_use_up_the_right_one(shop: Shop, ada: Shopper) -> None:
    right = given(ada)
    for _ in range(5):
        ada.call("POST", "account/erasure", right | {"code": wrong_code(right["code"])})
    assert refusal(ada.call("POST", "account/erasure", right)) == (429, "too_many_attempts")


def test_a_code_of_one_customer_does_not_erase_another(shop: Shop, ada: Shopper) -> None:
    bob = Shopper(shop)
    bob.sign_in(email=BOB)
    assert refusal(bob.call("POST", "account/erasure", given(ada))) == (403, "invalid_code")


def test_the_code_goes_to_the_customers_own_address_and_not_to_a_given_one(
    shop: Shop, ada: Shopper
) -> None:
    answer = ada.call("POST", CODE, {"email": "eve@example.com"})
    assert answer.status_code == 202
    ada.read(answer.get_json()["challenge"])
    letter = shop.runner.ports.channels["email"].sent[-1]  # type: ignore[attr-defined]
    assert (letter.to_address, letter.template) == (ADA, "code_erase")


def test_a_customer_with_only_a_phone_number_gets_the_code_by_text(shop: Shop) -> None:
    eve = Shopper(shop)
    eve.sign_in(phone="+44 113 496 0321")
    assert eve.account("POST", "/erasure", given(eve))["id"]


def test_an_open_order_prevents_the_erasure_and_the_same_code_works_afterwards(
    shop: Shop, ada: Shopper
) -> None:
    placed = shop.order({"MUG": 1})
    ada.sign_in()
    ada.claim_orders()
    body = given(ada)
    assert refusal(ada.call("POST", "account/erasure", body)) == (409, "invalid_state")
    assert ada.call("POST", f"orders/{placed.number}/cancel").status_code == 200
    assert ada.call("POST", "account/erasure", body).status_code == 200
