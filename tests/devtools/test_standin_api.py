"""Stripe's documented behaviour, as far as this project relies on it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from devtools.stripe_standin.control import Control, ControlError
from devtools.stripe_standin.params import decode
from tests.drivers.stripe_standin import make_provider, running

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Api:
    """A client of Stripe's API without the package."""

    def __init__(self, control: Control) -> None:
        self.control = control

    def __call__(self, method: str, path: str, key: str = "", **params: str) -> requests.Response:
        secret = params.pop("api_key", self.control.api_key)
        headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key else {})
        fields = {name.replace("__", "["): value for name, value in params.items()}
        fields = {f"{n}]" if "[" in n else n: value for n, value in fields.items()}
        where, what = (fields, None) if method == "GET" else (None, fields)
        url = f"{running().url}/v1/{path}"
        return requests.request(method, url, headers=headers, params=where, data=what, timeout=10)

    def intent(self, **params: str) -> Any:
        given = {"amount": "5000", "currency": "gbp", "capture_method": "manual"} | params
        return self("POST", "payment_intents", **given).json()


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api(make_provider().control)
    api.control.set_clock(NOON)
    yield api
    api.control.reset()


def error(response: requests.Response) -> tuple[int, str]:
    reported = response.json()["error"]
    return response.status_code, reported.get("code") or reported["type"]


def test_nested_values_are_read_in_stripes_notation():
    pairs = [
        ("a", "1"),
        ("b[c][d]", "2"),
        ("e[0][f]", "3"),
        ("e[1][f]", "4"),
        ("g[]", "5"),
        ("g[]", "6"),
    ]
    assert decode(pairs) == {
        "a": "1", "b": {"c": {"d": "2"}}, "e": [{"f": "3"}, {"f": "4"}], "g": ["5", "6"],
    }  # fmt: skip


def test_a_repeated_request_gets_the_same_bytes_and_is_marked(api: Api):
    given = {"amount": "5000", "currency": "gbp"}
    first = api("POST", "payment_intents", "key", **given)
    second = api("POST", "payment_intents", "key", **given)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_key_with_other_parameters_is_refused(api: Api):
    api("POST", "payment_intents", "key", amount="5000", currency="gbp")
    for other in ({"amount": "5001", "currency": "gbp"}, {"amount": "5000", "currency": "eur"}):
        answer = api("POST", "payment_intents", "key", **other)
        assert error(answer) == (400, "idempotency_error")
    assert error(api("POST", "customers", "key")) == (400, "idempotency_error")


def test_a_decline_is_saved_with_its_key_but_an_invalid_request_is_not(api: Api):
    intent = api.intent()["id"]
    declined = {"payment_method": "pm_card_visa_chargeDeclined"}
    for _ in range(2):
        answer = api("POST", f"payment_intents/{intent}/confirm", "no", **declined)
        assert error(answer) == (402, "card_declined")
    assert len(api.control.objects("charges")) == 1
    assert error(api("POST", "customers", "door", colour="red")) == (400, "parameter_unknown")
    assert api("POST", "customers", "door").ok


def test_a_key_expires_after_a_day(api: Api):
    first = api("POST", "customers", "key").json()["id"]
    api.control.advance(timedelta(hours=25))
    assert api("POST", "customers", "key").json()["id"] != first


def test_equal_keys_of_two_accounts_are_independent(api: Api):
    other = Api(make_provider().control)
    assert api("POST", "customers", "key").json() != other("POST", "customers", "key").json()


@pytest.mark.parametrize("key", ["", "sk_test_", "nonsense", "sk_live"])
def test_a_request_without_a_valid_api_key_is_refused(api: Api, key: str):
    assert api("GET", "payment_intents", api_key=key).status_code == 401


def test_parameters_that_the_version_no_longer_has_are_refused(api: Api):
    answer = api(
        "POST", "payment_intents", amount="1", currency="gbp", payment_method_types__0="card"
    )
    assert error(answer) == (400, "payment_method_types_no_longer_supported")


@pytest.mark.parametrize("amount", ["", "0", "-5", "1.5", "many", "123456789"])
def test_an_amount_is_a_whole_number_of_at_most_eight_digits(api: Api, amount: str):
    assert api("POST", "payment_intents", amount=amount, currency="gbp").status_code == 400


def test_an_app_can_only_confirm_with_its_client_secret(api: Api):
    intent, other = api.intent(), api.intent()
    app = api.control.api_key.replace("sk_", "pk_")
    path = f"payment_intents/{intent['id']}/confirm"
    given = {"payment_method": "pm_card_visa", "api_key": app}
    for wrong in ({}, {"client_secret": "guessed"}, {"client_secret": other["client_secret"]}):
        assert api("POST", path, **given, **wrong).status_code == 404
    assert api("POST", "refunds", api_key=app).status_code == 403
    confirmed = api("POST", path, **given, client_secret=intent["client_secret"])
    assert confirmed.json()["status"] == "requires_capture"


def test_an_app_confirms_with_the_number_of_a_test_card(api: Api):
    intent = api.intent()
    answer = api(
        "POST",
        f"payment_intents/{intent['id']}/confirm",
        **{
            "payment_method_data[type": "card",
            "payment_method_data[card][number": "4000000000009995",
        },
    )
    assert answer.json()["error"]["decline_code"] == "insufficient_funds"


def test_automatic_capture_captures_at_once(api: Api):
    intent = api.intent(capture_method="automatic")["id"]
    paid = api("POST", f"payment_intents/{intent}/confirm", payment_method="pm_card_visa").json()
    assert (paid["status"], paid["amount_received"]) == ("succeeded", 5000)
    (entry,) = api("GET", "balance_transactions").json()["data"]
    assert (entry["amount"], entry["fee"], entry["net"]) == (5000, 95, 4905)


def test_objects_are_expanded_on_request(api: Api):
    intent = api.intent(capture_method="automatic")["id"]
    api.control.pay(intent)
    plain = api("GET", f"payment_intents/{intent}").json()
    assert plain["latest_charge"].startswith("ch_")
    whole = api(
        "GET", f"payment_intents/{intent}", expand__0="latest_charge.balance_transaction"
    ).json()
    assert whole["latest_charge"]["balance_transaction"]["fee"] == 95
    assert "refunds" not in whole["latest_charge"]
    assert error(api("GET", f"payment_intents/{intent}", expand__0="colour"))[0] == 400


def test_a_customer_with_a_set_up_card_has_it_saved(api: Api):
    customer = api("POST", "customers").json()["id"]
    setup = api("POST", "setup_intents", customer=customer).json()
    path = f"setup_intents/{setup['id']}/confirm"
    declined = api("POST", path, payment_method="pm_card_visa_chargeDeclined")
    assert error(declined) == (402, "card_declined")
    done = api("POST", path, payment_method="pm_card_visa").json()
    assert done["status"] == "succeeded"
    saved = api("GET", f"customers/{customer}/payment_methods").json()["data"]
    assert [one["id"] for one in saved] == [done["payment_method"]]


@pytest.mark.parametrize(
    ("stated", "verdict"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_the_evidence_decides_how_a_dispute_ends(api: Api, stated: str, verdict: str):
    intent = api.intent(capture_method="automatic")["id"]
    api.control.pay(intent, "4000000000000259")
    (dispute,) = api("GET", "disputes", payment_intent=intent).json()["data"]
    responded = api("POST", f"disputes/{dispute['id']}", evidence__uncategorized_text=stated).json()
    assert responded["status"] == verdict
    net = sum(one["net"] for one in api("GET", "balance_transactions").json()["data"])
    assert net == (5000 if verdict == "won" else 0) - 95 - 2000


def test_a_charged_back_payment_cannot_be_refunded(api: Api):
    intent = api.intent(capture_method="automatic")["id"]
    api.control.pay(intent, "4000000000000259")
    assert error(api("POST", "refunds", payment_intent=intent)) == (400, "charge_disputed")


def test_events_are_listed_newest_first(api: Api):
    intent = api.intent()["id"]
    api.control.pay(intent)
    kinds = [one["type"] for one in api("GET", "events").json()["data"]]
    assert kinds == [
        "payment_intent.amount_capturable_updated",
        "charge.succeeded",
        "payment_intent.created",
    ]
    (created,) = api("GET", "events", type="payment_intent.created").json()["data"]
    assert created["data"]["object"]["status"] == "requires_payment_method", "as it was then"


def test_every_call_is_logged_with_its_key_and_status(api: Api):
    api("POST", "customers", "key")
    api("GET", "customers/cus_nobody")
    reported = [(one["call"], one["key"], one["status"]) for one in api.control.calls()]
    assert reported == [("customers.create", "key", 200), ("customers.retrieve", "", 404)]


def test_unknown_switches_and_faults_are_refused(api: Api):
    with pytest.raises(ControlError, match="There is no switch"):
        api.control.switch(colour="red")
    for kind, moment in (("fire", "before"), ("500_saved", "before"), ("declined", "after")):
        with pytest.raises(ControlError):
            api.control.fault("*", kind, moment)


def test_simultaneous_refunds_never_exceed_the_capture(api: Api):
    intent = api.intent(capture_method="automatic")["id"]
    api.control.pay(intent)

    def refund(number: int) -> int:
        return api("POST", "refunds", f"{number}", payment_intent=intent, amount="500").status_code

    with ThreadPoolExecutor(15) as threads:
        answers = list(threads.map(refund, range(30)))
    assert (answers.count(200), answers.count(400)) == (10, 20)
    assert [one["amount_refunded"] for one in api.control.objects("charges")] == [5000]


def test_simultaneous_requests_with_one_key_have_one_effect(api: Api):
    with ThreadPoolExecutor(15) as threads:
        answers = list(threads.map(lambda _: api("POST", "customers", "key"), range(30)))
    assert {one.status_code for one in answers} <= {200, 409}
    assert len({one.json()["id"] for one in answers if one.ok}) == 1
    assert len(api.control.objects("customers")) == 1


def test_a_broken_connection_is_a_reset_and_not_a_clean_close(api: Api):
    api.control.fault("customers.create", "reset")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        api("POST", "customers")
    assert api("POST", "customers").ok
