"""The ways to sign in to an account, and to sign out."""

from datetime import timedelta

import pytest

from app.core.accounts import challenges, sessions
from tests.concurrency import at_once
from tests.drivers.shop import Shop
from tests.drivers.shopper import ADA, BOB, PASSWORD, Shopper, code_of, sent_code, wrong_code
from tests.fakes.ports import fake_channel


def test_a_code_for_a_new_address_creates_an_account(shop: Shop) -> None:
    ada = Shopper(shop)
    signed = ada.sign_in(email=" Ada@Example.com ".strip(), name="Ada Byron", password=PASSWORD)
    assert (signed["new"], signed["cart"], signed["tokens"]) == (True, None, None)
    account = ada.account("GET")
    assert (account["name"], account["email"]) == ("Ada Byron", ADA)
    assert account["contact_methods"] == [{"kind": "email", "value": ADA}]
    assert account["has_password"]
    assert Shopper(shop).sign_in(name="Somebody else")["new"] is False
    assert ada.account("GET")["name"] == "Ada Byron"


def test_a_browser_gets_a_cookie_that_scripts_and_other_sites_cannot_use(shop: Shop) -> None:
    ada = Shopper(shop)
    challenge = ada.ask(email=ADA)
    given = {"challenge": challenge, "code": ada.read(challenge)}
    answer = ada.call("POST", "account/sign-in/code", given)
    cookie = answer.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in cookie
    assert answer.get_json()["tokens"] is None


def test_over_https_the_cookie_is_never_sent_unencrypted(shop: Shop) -> None:
    ada = Shopper(shop)
    challenge = ada.ask(email=ADA)
    answer = ada.client.post(
        "/api/v1/account/sign-in/code",
        json={"challenge": challenge, "code": ada.read(challenge)},
        base_url="https://localhost",
    )
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_change_by_cookie_from_another_site_is_refused(shop: Shop, origin: str) -> None:
    ada = Shopper(shop)
    ada.sign_in(name="Ada")
    answer = ada.call("PATCH", "account", {"name": "Eve"}, Origin=origin)
    assert answer.status_code == 403
    assert ada.account("GET")["name"] == "Ada"
    assert ada.call("PATCH", "account", {"name": "Ada B."}).status_code == 200


def test_another_site_cannot_sign_a_shopper_in(shop: Shop) -> None:
    ada = Shopper(shop)
    challenge = ada.ask(email=ADA)
    given = {"challenge": challenge, "code": ada.read(challenge)}
    answer = ada.call("POST", "account/sign-in/code", given, Origin="https://evil.example")
    assert answer.status_code == 403
    assert ada.signed_in("code", given)["new"]


def test_an_app_gets_tokens_that_last_10_minutes_and_no_cookie(shop: Shop) -> None:
    ada = Shopper(shop, app=True)
    signed = ada.sign_in()
    assert signed["tokens"]["access_token"]
    assert not ada.client.get_cookie("shopper")
    assert ada.account("GET")["email"] == ADA
    shop.clock.advance(timedelta(minutes=10))
    assert ada.call("GET", "account").status_code == 401
    ada.tokens = ada.refresh().get_json()
    assert ada.account("GET")["email"] == ADA


def test_notations_of_one_phone_number_open_one_account(shop: Shop) -> None:
    ada = Shopper(shop)
    assert ada.sign_in(phone="0113 496 0000")["new"]
    assert Shopper(shop).sign_in(phone="+44 (113) 496-0000")["new"] is False
    assert ada.account("GET")["phone"] == "+441134960000"
    sent = fake_channel(shop.runner.ports, "sms").sent
    assert [one.to_address for one in sent] == ["+441134960000"] * 2


def test_an_invalid_phone_number_is_reported(shop: Shop) -> None:
    answer = Shopper(shop).call("POST", "account/codes", {"phone": "call me"})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["phone"])


def test_a_code_works_once_for_its_purpose_and_expires(shop: Shop) -> None:
    ada = Shopper(shop)
    ada.sign_in()
    challenge = ada.ask(email=ADA)
    given = {"challenge": challenge, "code": ada.read(challenge)}
    reset = {**given, "password": PASSWORD}
    assert ada.call("POST", "account/password-reset", reset).status_code == 403
    assert ada.call("POST", "account/sign-in/code", given).status_code == 200
    assert ada.call("POST", "account/sign-in/code", given).status_code == 403
    challenge = ada.ask(email=ADA)
    given = {"challenge": challenge, "code": code_of(shop, challenge)}
    shop.clock.advance(challenges.CHALLENGE_LIFETIME)
    assert ada.call("POST", "account/sign-in/code", given).status_code == 403


def test_of_5_simultaneous_uses_of_a_code_one_succeeds(shop: Shop) -> None:
    challenge = Shopper(shop).ask(email=ADA)
    given = {"challenge": challenge, "code": code_of(shop, challenge)}

    def try_it() -> int:
        return Shopper(shop).call("POST", "account/sign-in/code", given).status_code

    assert at_once(*[try_it] * 5).count(200) == 1
    assert len(shop.customers()) == 1


def test_two_simultaneous_codes_for_a_new_address_create_one_account(shop: Shop) -> None:
    challenges = [Shopper(shop).ask(email=ADA) for _ in range(4)]
    given = [{"challenge": one, "code": code_of(shop, one)} for one in challenges]

    def enter(body: dict[str, str]) -> int:
        return Shopper(shop).call("POST", "account/sign-in/code", body).status_code

    assert at_once(*(lambda body=body: enter(body) for body in given)) == [200] * 4
    assert len(shop.customers()) == 1


def test_a_password_signs_in(shop: Shop) -> None:
    Shopper(shop).sign_in(password=PASSWORD)
    ada = Shopper(shop, app=True)
    assert ada.signed_in("password", {"email": "ADA@example.com", "password": PASSWORD})["tokens"]
    wrong = ada.call("POST", "account/sign-in/password", {"email": ADA, "password": "wrong"})
    assert (wrong.status_code, wrong.get_json()["code"]) == (401, "unauthorised")


def test_a_password_reset_by_code_ends_all_other_sessions(shop: Shop) -> None:
    elsewhere = Shopper(shop, app=True)
    elsewhere.sign_in(password=PASSWORD)
    ada = Shopper(shop)
    challenge = ada.ask("reset", email=ADA)
    letter = sent_code(shop, challenge)
    assert letter is not None
    assert letter.template == "code_reset"
    body = {
        "challenge": challenge,
        "code": letter.facts["code"],
        "password": "another one, as long",
    }
    ada.took(ada.call("POST", "account/password-reset", body))
    assert ada.call("GET", "account").status_code == 200
    assert elsewhere.call("GET", "account").status_code == 401
    assert elsewhere.refresh().status_code == 401
    old = {"email": ADA, "password": PASSWORD}
    assert Shopper(shop).call("POST", "account/sign-in/password", old).status_code == 401


def test_a_reset_code_creates_no_account(shop: Shop) -> None:
    bob = Shopper(shop)
    challenge = bob.ask("reset", email=BOB)
    letter = sent_code(shop, challenge)
    assert letter is not None
    assert letter.template == "no_account"
    body = {"challenge": challenge, "code": code_of(shop, challenge), "password": PASSWORD}
    assert bob.call("POST", "account/password-reset", body).status_code == 403
    assert shop.customers() == []


def test_a_password_change_needs_the_old_one_or_a_recent_sign_in(shop: Shop) -> None:
    ada, elsewhere = Shopper(shop), Shopper(shop)
    for shopper in (elsewhere, ada):
        shopper.sign_in()
    ada.account("PUT", "/password", {"password": PASSWORD})
    assert elsewhere.call("GET", "account").status_code == 401
    shop.clock.advance(timedelta(minutes=16))
    change = {"password": "quite another one"}
    assert ada.call("PUT", "account/password", change).status_code == 403
    assert ada.call("PUT", "account/password", change | {"current": "x"}).status_code == 403
    ada.account("PUT", "/password", change | {"current": PASSWORD})
    body = {"email": ADA, **change}
    assert Shopper(shop).call("POST", "account/sign-in/password", body).status_code == 200


def test_sessions_are_listed_and_can_be_ended_remotely_at_once(shop: Shop) -> None:
    phone, ada = Shopper(shop, app=True), Shopper(shop)
    phone.sign_in(device_name="Ada's phone")
    ada.sign_in()
    listed = ada.account("GET", "/sessions")["items"]
    assert {(one["name"], one["current"]) for one in listed} == {
        ("Ada's phone", False),
        (ada.client.environ_base["HTTP_USER_AGENT"], True),
    }
    lost = next(one["id"] for one in listed if not one["current"])
    ada.account("DELETE", f"/sessions/{lost}")
    assert phone.call("GET", "account").status_code == 401
    assert phone.refresh().status_code == 401
    assert ada.call("DELETE", f"account/sessions/{lost}").status_code == 404


def test_a_session_of_another_customer_cannot_be_ended(shop: Shop) -> None:
    ada, bob = Shopper(shop), Shopper(shop)
    theirs = ada.sign_in()["session"]
    bob.sign_in(email=BOB)
    assert bob.call("DELETE", f"account/sessions/{theirs}").status_code == 404
    assert ada.call("GET", "account").status_code == 200


def test_a_sign_out_ends_the_session_and_deletes_the_cookie(shop: Shop) -> None:
    ada = Shopper(shop)
    ada.sign_in()
    kept = ada.client.get_cookie("shopper")
    assert kept is not None
    ada.account("POST", "/sign-out")
    assert not ada.client.get_cookie("shopper")
    ada.client.set_cookie("shopper", kept.value)
    assert ada.call("GET", "account").status_code == 401


def test_a_forged_cookie_is_refused(shop: Shop) -> None:
    ada = Shopper(shop)
    session = ada.sign_in()["session"]
    for forged in ("", session, f"{session}.", f"{session}.AAAA", "ä.ö", "..", "." * 100):
        stranger = Shopper(shop)
        stranger.client.set_cookie("shopper", forged)
        assert stranger.call("GET", "account").status_code == 401, forged


def test_a_session_ends_after_60_days_and_with_its_client(shop: Shop) -> None:
    ada, phone = Shopper(shop), Shopper(shop, app=True)
    ada.sign_in()
    phone.sign_in()
    shop.change("UPDATE api_clients SET revoked_at = now() WHERE sales_channel = 'app'")
    assert phone.call("GET", "account").status_code == 401
    shop.clock.advance(sessions.SESSION_LIFETIME - timedelta(seconds=1))
    assert ada.call("GET", "account").status_code == 200
    shop.clock.advance(timedelta(seconds=1))
    assert ada.call("GET", "account").status_code == 401


def test_another_address_is_added_once_its_code_is_entered(shop: Shop) -> None:
    ada = Shopper(shop)
    ada.sign_in()
    requested = ada.account("POST", "/contact-methods", {"phone": "+44 113 496 0000"})["challenge"]
    code = ada.read(requested)
    given = {"challenge": requested, "code": wrong_code(code)}
    assert ada.call("POST", "account/contact-methods/verify", given).status_code == 403
    ada.account("POST", "/contact-methods/verify", {"challenge": requested, "code": code})
    assert Shopper(shop).sign_in(phone="+441134960000")["new"] is False
    assert ada.account("GET")["phone"] == "+441134960000"


def test_an_address_of_another_account_is_not_taken_over(shop: Shop) -> None:
    ada, bob = Shopper(shop), Shopper(shop)
    ada.sign_in()
    bob.sign_in(email=BOB)
    requested = bob.account("POST", "/contact-methods", {"email": ADA})["challenge"]
    given = {"challenge": requested, "code": bob.read(requested)}
    answer = bob.call("POST", "account/contact-methods/verify", given)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "address_taken")


def test_a_code_for_a_customers_address_is_invalid_for_others(shop: Shop) -> None:
    ada, bob = Shopper(shop), Shopper(shop)
    ada.sign_in()
    bob.sign_in(email=BOB)
    requested = ada.account("POST", "/contact-methods", {"email": "ada@work.example"})["challenge"]
    given = {"challenge": requested, "code": ada.read(requested)}
    assert bob.call("POST", "account/contact-methods/verify", given).status_code == 403
    assert bob.call("POST", "account/sign-in/code", given).status_code == 403
    assert ada.call("POST", "account/contact-methods/verify", given).status_code == 200
