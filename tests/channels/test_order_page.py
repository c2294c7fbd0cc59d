"""The order page that the emails link to."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.channels.storefront import order_view
from app.core.catalogue.opening_hours import OpeningHours
from tests.drivers.shop import LEEDS, Placed, Shop

OURS = "http://localhost"


@pytest.fixture
def placed(shop: Shop) -> Placed:
    shop.stock("MUG", 1250, lds=5)
    shop.stock("LAMP", 4000, lds=5)
    return shop.order({"MUG": 2, "LAMP": 1}, pickup_person={"name": "<b>Bo</b>"})


def opened(client: FlaskClient, placed: Placed) -> TestResponse:
    """Open the page by the link of the email."""
    link = f"/orders/{placed.number}?token={placed.token}"
    return client.get(link, follow_redirects=True)


def csrf_of(client: FlaskClient, placed: Placed) -> str:
    """Return the CSRF token of the page's forms, if it has any."""
    page = client.get(f"/orders/{placed.number}").text
    return "".join(re.findall(r'name="csrf" value="([^"]+)"', page)[:1])


def press(client: FlaskClient, placed: Placed, verb: str, **changed: Any) -> TestResponse:
    """Send a button's form like a browser, except for the given changes."""
    sent = {"csrf": csrf_of(client, placed), "origin": OURS} | changed
    headers = {"Origin": sent["origin"]} if sent["origin"] else {}
    form = {"csrf": sent["csrf"]}
    return client.post(f"/orders/{placed.number}/{verb}", data=form, headers=headers)


def test_the_link_is_exchanged_for_cookies_that_scripts_cannot_read(
    client: FlaskClient, placed: Placed
):
    answer = client.get(f"/orders/{placed.number}?token={placed.token}")
    assert (answer.status_code, answer.location) == (303, f"/orders/{placed.number}")
    cookies = answer.headers.getlist("Set-Cookie")
    for cookie, path in zip(cookies, ("/orders/", "/live/orders/"), strict=True):
        assert f"Path={path}{placed.number};" in f"{cookie};"
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
    assert client.get(answer.location).status_code == 200


def test_over_https_the_cookies_are_secure(client: FlaskClient, placed: Placed):
    link = f"/orders/{placed.number}?token={placed.token}"
    answer = client.get(link, base_url="https://localhost")
    assert all("; Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_common_notations_of_an_order_number_are_accepted(client: FlaskClient, placed: Placed):
    typed = f"{placed.number[:4]}-{placed.number[4:]}".lower()
    answer = client.get(f"/orders/{typed}?token={placed.token}", follow_redirects=True)
    assert answer.request.path == f"/orders/{placed.number}"
    assert answer.status_code == 200


def test_the_address_of_a_document_accepts_a_number_in_small_letters(
    client: FlaskClient, placed: Placed
):
    path = "documents/00000000-0000-0000-0000-000000000000.pdf"
    answer = client.get(f"/orders/{placed.number.lower()}/{path}?token={placed.token}")
    expected = f"/orders/{placed.number}/{path}?token={placed.token}"
    assert (answer.status_code, answer.location) == (308, expected)


@pytest.mark.parametrize("query", ["endpoint=x", "_external=1&_scheme=foo", "_scheme=x&_external="])
def test_a_redirect_to_the_right_number_keeps_only_the_token(
    client: FlaskClient, placed: Placed, query: str
):
    answer = client.get(f"/orders/{placed.number.lower()}?token=abc&{query}")
    assert (answer.status_code, answer.location) == (308, f"/orders/{placed.number}?token=abc")


@pytest.mark.parametrize("query", ["", "?token=wrong", "?token=%C3%BC"])
def test_a_visitor_without_a_cookie_is_told_to_open_the_link(
    client: FlaskClient, placed: Placed, query: str
):
    answer = client.get(f"/orders/{placed.number}{query}")
    assert answer.status_code == 401
    assert "Please open the link in your mail" in answer.text
    assert placed.code not in answer.text


def test_the_cookie_of_one_order_does_not_open_another(
    client: FlaskClient, shop: Shop, placed: Placed
):
    other = shop.order({"MUG": 1})
    opened(client, placed)
    assert client.get(f"/orders/{other.number}").status_code == 401


def test_an_unknown_number_gets_an_error_page(client: FlaskClient, shop: Shop):
    answer = client.get("/orders/NONESUCH1")
    assert answer.status_code == 404
    assert "We do not know this order" in answer.text


def test_the_page_shows_the_progress_of_the_order(client: FlaskClient, placed: Placed):
    page = opened(client, placed).text
    assert "<h1" in page
    assert "We have your order" in page
    assert '<time datetime="2054-11-24T14:00+00:00">Tuesday 24 November, 14:00</time>' in page
    assert placed.code in page
    assert "<svg" in page
    assert "Open now, until 18:00" in page
    assert "2 × The MUG" in page
    assert "£25.00" in page
    assert "£65.00" in page
    assert "directions?to=53.7974,-1.5438" in page
    assert "&lt;b&gt;Bo&lt;/b&gt; may collect it" in page


def test_only_the_shops_own_files_and_the_live_stream_may_load(client: FlaskClient, placed: Placed):
    answer = opened(client, placed)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "connect-src 'self' http://localhost:8001;" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|style=|<script>|\son\w+=", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        with client.get(path) as file:
            assert file.status_code == 200


def test_a_browser_at_127_0_0_1_gets_the_stream_of_that_address(
    client: FlaskClient, placed: Placed
):
    link = f"/orders/{placed.number}?token={placed.token}"
    answer = client.get(link, base_url="http://127.0.0.1:8000", follow_redirects=True)
    assert f'data-live="http://127.0.0.1:8001/live/orders/{placed.number}"' in answer.text


def test_unavailable_units_are_struck_through_and_not_charged(
    client: FlaskClient, shop: Shop, placed: Placed
):
    shop.pick(placed, {"MUG": 1, "LAMP": 1}, MUG=1)
    page = opened(client, placed).text
    assert "<s>1 × The MUG</s> was not there" in page
    assert "1 × The MUG</span>" in page
    assert '<dd class="due">£52.50</dd>' in page


def test_a_ready_order_shows_until_when_it_is_kept(client: FlaskClient, shop: Shop, placed: Placed):
    shop.make_ready(placed)
    page = opened(client, placed).text
    assert "Ready to collect" in page
    assert "until <time" in page
    assert (
        "Saturday 28 November, 18:00" not in page
    )  # five days from a Tuesday are a Sunday: closed
    assert "Monday 30 November, 18:00" in page


def test_an_ended_order_shows_neither_code_nor_buttons(
    client: FlaskClient, shop: Shop, placed: Placed
):
    shop.make_ready(placed)
    shop.hand_over(placed, 6500)
    page = opened(client, placed).text
    assert "Collected" in page
    assert "Paid" in page
    assert placed.code not in page
    assert "<form" not in page
    assert "data-live" not in page


def test_im_here_moves_the_task_to_the_top_and_can_be_repeated(
    client: FlaskClient, shop: Shop, placed: Placed
):
    opened(client, placed)
    for _ in range(2):
        answer = press(client, placed, "arrived")
        assert (answer.status_code, answer.location) == (303, f"/orders/{placed.number}")
    assert [task["arrived"] for task in shop.tasks(LEEDS)] == [True]
    assert "The store knows that you are here" in client.get(answer.location).text


def test_a_cancellation_releases_the_goods(client: FlaskClient, shop: Shop, placed: Placed):
    opened(client, placed)
    assert press(client, placed, "cancel").status_code == 303
    assert "Cancelled" in client.get(f"/orders/{placed.number}").text
    assert shop.levels("MUG").reserved == 0


def test_an_action_that_is_no_longer_possible_gets_an_error_page(
    client: FlaskClient, shop: Shop, placed: Placed
):
    opened(client, placed)
    csrf = csrf_of(client, placed)
    shop.make_ready(placed)
    shop.hand_over(placed, 6500)
    answer = press(client, placed, "cancel", csrf=csrf)
    assert answer.status_code == 409
    assert "That is no longer possible" in answer.text
    assert "Back to order" in answer.text
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "forged",
    [{"origin": "https://evil.test"}, {"origin": "null"}, {"origin": None}, {"csrf": "guessed"}],
)
def test_a_form_without_a_valid_csrf_token_changes_nothing(
    client: FlaskClient, shop: Shop, placed: Placed, forged: dict[str, str | None]
):
    opened(client, placed)
    assert press(client, placed, "cancel", **forged).status_code == 403
    assert shop.seen(placed)["status"] == "placed"


@pytest.mark.parametrize("verb", ["arrived", "cancel"])
def test_a_visitor_without_a_cookie_cannot_use_a_button(
    client: FlaskClient, shop: Shop, placed: Placed, verb: str
):
    assert press(client, placed, verb).status_code == 401
    assert client.get(f"/orders/{placed.number}/{verb}").status_code == 405


HOURS = OpeningHours("Europe/London", [[["09:00", "18:00"]]] * 6 + [[]], {"2026-07-03": []})
THURSDAY = datetime(2026, 7, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "reported"),
    [
        (7, "Closed now, open today from 09:00 to 18:00"),  # 8 o'clock in a London summer
        (8, "Open now, until 18:00"),
        (17, "Closed now, open on Saturday 4 July from 09:00 to 18:00"),  # Friday is a holiday
        (30, "Closed now, open tomorrow from 09:00 to 18:00"),
    ],
)
def test_opening_hours_are_in_the_stores_time(hour: int, reported: str):
    assert order_view.opening(HOURS, THURSDAY + timedelta(hours=hour)) == reported


def test_a_store_that_never_opens_says_so():
    never = OpeningHours("Europe/London", [[]] * 7, {})
    assert order_view.opening(never, THURSDAY) == "Closed for the time being"


@pytest.mark.parametrize(
    ("status", "was_ready", "reported"),
    [
        ("picking", False, ["done", "now", "next", "next"]),
        ("collected", True, ["done", "done", "done", "now"]),
        ("cancelled", False, ["done", "now"]),
        ("expired", True, ["done", "done", "now"]),
    ],
)
def test_the_progress_ends_with_the_status_of_the_order(
    status: str, was_ready: bool, reported: list[str]
):
    assert [step.progress for step in order_view.steps(status, was_ready=was_ready)] == reported
