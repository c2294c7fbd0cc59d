"""Passkeys: created and used over the API, with an authenticator that really signs."""

from typing import Any

import pytest

from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, BOB, Shopper
from tests.fakes.passkey import PRESENT, Authenticator


def add(shopper: Shopper, key: Authenticator) -> Any:
    requested = shopper.account("POST", "/passkeys/options")
    body = {
        "challenge": requested["challenge"], "credential": key.create(requested["options"]), "name": "Phone",
    }  # fmt: skip
    return shopper.call("POST", "account/passkeys", body)


def enter(shopper: Shopper, key: Authenticator) -> Any:
    requested = shopper.account("POST", "/sign-in/passkey/options")
    body = {"challenge": requested["challenge"], "credential": key.get(requested["options"])}
    return shopper.call("POST", "account/sign-in/passkey", body)


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shopper = Shopper(shop)
    shopper.sign_in()
    return shopper


def test_a_passkey_is_created_and_signs_in_without_an_address(shop: Shop, ada: Shopper) -> None:
    key = Authenticator()
    added = add(ada, key)
    assert (added.status_code, [one["name"] for one in added.get_json()["items"]]) == (
        201,
        ["Phone"],
    )
    browser = Shopper(shop)
    for _ in range(2):
        answer = enter(browser, key)
        assert (answer.status_code, answer.get_json()["new"]) == (200, False)
    assert browser.account("GET")["email"] == ADA
    assert ada.account("GET", "/passkeys")["items"][0]["used_at"] is not None
    assert ada.account("GET")["passkeys"] == 1


def test_the_options_require_user_verification_and_one_key_per_device(ada: Shopper) -> None:
    key = Authenticator()
    add(ada, key)
    options = ada.account("POST", "/passkeys/options")["options"]
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["excludeCredentials"]) == 1
    assert "allowCredentials" not in options or options["allowCredentials"] == []
    assert add(ada, key).status_code == 409


WRONG: dict[str, dict[str, Any]] = {
    "another page": {"origin": "https://evil.example"},
    "another shop": {"host": "evil.example"},
    "nobody verified": {"flags": PRESENT},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrongly_signed_credential_is_not_added(ada: Shopper, what: str) -> None:
    assert add(ada, Authenticator(**WRONG[what])).status_code == 403
    assert ada.account("GET", "/passkeys")["items"] == []


@pytest.mark.parametrize("what", WRONG)
def test_a_wrongly_signed_assertion_does_not_sign_in(shop: Shop, ada: Shopper, what: str) -> None:
    key = Authenticator()
    add(ada, key)
    for name, value in WRONG[what].items():
        setattr(key, name, value)
    assert enter(Shopper(shop), key).status_code == 401


def test_an_unknown_key_or_a_wrong_key_with_a_known_id_does_not_sign_in(
    shop: Shop, ada: Shopper
) -> None:
    key = Authenticator()
    add(ada, key)
    assert enter(Shopper(shop), Authenticator()).status_code == 401
    assert enter(Shopper(shop), Authenticator(credential_id=key.credential_id)).status_code == 401


def test_a_key_with_a_lower_count_is_refused_as_a_copy(shop: Shop, ada: Shopper) -> None:
    key = Authenticator()
    add(ada, key)
    key.count = 10
    assert enter(Shopper(shop), key).status_code == 200
    key.count = 5
    assert enter(Shopper(shop), key).status_code == 401


def test_a_response_works_once_and_for_its_own_challenge(shop: Shop, ada: Shopper) -> None:
    key, browser = Authenticator(), Shopper(shop)
    add(ada, key)
    requested = [browser.account("POST", "/sign-in/passkey/options") for _ in range(2)]
    answer = key.get(requested[0]["options"])
    other = {"challenge": requested[1]["challenge"], "credential": answer}
    right = {"challenge": requested[0]["challenge"], "credential": answer}
    statuses = [
        browser.call("POST", "account/sign-in/passkey", body).status_code
        for body in (other, right, right)
    ]
    assert statuses == [401, 200, 401]


def test_a_challenge_of_one_customer_is_invalid_for_others(shop: Shop, ada: Shopper) -> None:
    bob = Shopper(shop)
    bob.sign_in(email=BOB)
    requested = ada.account("POST", "/passkeys/options")
    body = {
        "challenge": requested["challenge"], "name": "Mine",
        "credential": Authenticator().create(requested["options"]),
    }  # fmt: skip
    assert bob.call("POST", "account/passkeys", body).status_code == 403


def test_a_removed_passkey_is_refused_and_only_its_owner_can_remove_it(
    shop: Shop, ada: Shopper
) -> None:
    key, bob = Authenticator(), Shopper(shop)
    bob.sign_in(email=BOB)
    passkey = add(ada, key).get_json()["items"][0]["id"]
    assert bob.call("DELETE", f"account/passkeys/{passkey}").status_code == 404
    assert enter(Shopper(shop), key).status_code == 200
    ada.account("DELETE", f"/passkeys/{passkey}")
    assert enter(Shopper(shop), key).status_code == 401


@pytest.mark.parametrize(
    "credential",
    [{}, {"id": "x"}, {"id": 1, "rawId": [], "type": "public-key", "response": {}},
     {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "ä"}},
     {"id": "eA", "rawId": "eA", "type": "public-key", "response": {
         "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "attestationObject": "_w"}}],
)  # fmt: skip
def test_nonsense_is_refused_in_the_same_words(
    shop: Shop, ada: Shopper, credential: dict[str, Any]
) -> None:
    requested = ada.account("POST", "/passkeys/options")
    body = {"challenge": requested["challenge"], "credential": credential}
    assert ada.call("POST", "account/passkeys", body | {"name": "x"}).status_code == 403
    requested = ada.account("POST", "/sign-in/passkey/options")
    body = {"challenge": requested["challenge"], "credential": credential}
    assert ada.call("POST", "account/sign-in/passkey", body).status_code == 401
