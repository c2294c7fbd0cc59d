"""Input of the shoppers' API, to the limits of each field; no input makes it fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import Shop, checkout_body, new_key, open_shop

API = "/api/v1"


@pytest.fixture(scope="module")
def stocked(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(server, "input", tmp_path_factory.mktemp("input")) as shop:
        shop.stock("MUG", 800, lds=1000)
        yield shop


@pytest.mark.parametrize(
    "quantity", [-1, 100_001, 10**18, "2", 1.0, 1.5, True, None, [2], {"units": 2}], ids=str
)
def test_a_quantity_is_a_whole_number_up_to_100_000(stocked: Shop, quantity: Any) -> None:
    cart = stocked.cart({"MUG": 1})
    answer = stocked.call(
        "PUT", f"{API}/carts/{cart['id']}/lines/MUG", cart["token"], {"quantity": quantity}
    )
    assert wrong_fields(answer) == {"quantity"}


@pytest.mark.parametrize(
    "chosen",
    [
        {"type": "delivery", "location": "lds"},
        {"type": 1, "location": "lds"},
        {"type": "pickup", "location": ""},
        {"type": "pickup", "location": "x" * 201},
        {"type": "pickup", "location": "  "},
        {"type": "pickup", "location": "ld\u200bs"},
        {"type": "pickup", "location": None},
        {"type": "pickup"},
    ],
    ids=str,
)
def test_a_fulfilment_is_a_pickup_at_a_location(stocked: Shop, chosen: Any) -> None:
    cart = stocked.cart({"MUG": 1})
    answer = stocked.call("PUT", f"{API}/carts/{cart['id']}/fulfilment", cart["token"], chosen)
    assert len(wrong_fields(answer)) == 1


CONTACT = checkout_body(800)["contact"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("expected_total", -1),
        ("expected_total", "800"),
        ("expected_total", 8.0),
        ("expected_total", None),
        ("contact", None),
        ("contact", CONTACT | {"email": "nobody"}),
        ("contact", CONTACT | {"email": f"{'x' * 250}@example.com"}),
        ("contact", CONTACT | {"email": "ada@example.com\nBcc: all@example.com"}),
        ("contact", CONTACT | {"name": ""}),
        ("contact", CONTACT | {"name": "x" * 201}),
        ("contact", CONTACT | {"name": ["Ada"]}),
        ("contact", CONTACT | {"name": "   "}),
        ("contact", CONTACT | {"name": "Ada\nByron"}),
        ("contact", CONTACT | {"name": "Ada\u0007"}),
        ("contact", CONTACT | {"name": "Ada\u2028Byron"}),
        ("contact", CONTACT | {"phone": "0113\t496"}),
        ("contact", CONTACT | {"phone": "0" * 33}),
        ("contact", CONTACT | {"nickname": "A"}),
        ("contact", {"email": "ada@example.com"}),
        ("pickup_person", {}),
        ("pickup_person", {"name": " \t "}),
        ("pickup_person", {"name": "Charles\u001b[2J"}),
        ("pickup_person", {"name": "Charles", "age": 40}),
        ("pickup_person", "Charles"),
        ("payment", {"method": "cheque"}),
        ("payment", {}),
    ],
    ids=str,
)
def test_a_wrong_checkout_field_is_named_and_no_order_is_placed(
    stocked: Shop, field: str, value: Any
) -> None:
    cart, orders = stocked.cart({"MUG": 1}), stocked.count("orders")
    assert wrong_fields(stocked.checkout(cart, **{field: value})) == {field}
    assert stocked.count("orders") == orders
    assert stocked.checkout(cart).status_code == 201


@pytest.mark.parametrize(
    "name", ['Zoë 茶 O\'Brien "Ada"', "Robert'); DROP TABLE orders;--", "{}", "\\u0041"]
)
def test_a_name_is_stored_as_it_was_written(stocked: Shop, name: str) -> None:
    placed = stocked.order(
        {"MUG": 1}, contact=CONTACT | {"name": name}, pickup_person={"name": name}
    )
    assert stocked.seen(placed)["fulfilments"][0]["pickup_person"] == name
    assert [contact.name for contact in stocked.contacts()].count(name) == 2


def test_spaces_around_a_name_are_removed(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 1}, pickup_person={"name": "  Charles Babbage\n"})
    assert stocked.seen(placed)["fulfilments"][0]["pickup_person"] == "Charles Babbage"


@pytest.mark.parametrize("text", ["a\0b", "\0"], ids=["inside", "alone"])
def test_a_nul_character_is_refused_in_every_text(stocked: Shop, text: str) -> None:
    cart = stocked.cart({"MUG": 1})
    wrongs = [
        stocked.checkout(cart, contact=CONTACT | {"name": text}),
        stocked.checkout(cart, contact=CONTACT | {"phone": text}),
        stocked.checkout(cart, pickup_person={"name": text}),
        stocked.call(
            "PUT", f"{API}/carts/{cart['id']}/fulfilment", cart["token"],
            {"type": "pickup", "location": text},
        ),
        *(
            stocked.client.get(f"{API}/{path}", query_string={name: text})
            for path, name in (
                ("products", "q"), ("products", "category"), ("products", "cursor"),
                ("availability", "line"), ("availability", "near"),
            )
        ),
    ]  # fmt: skip
    for answer in wrongs:
        assert refusal(answer) == (422, "invalid")
    assert refusal(stocked.client.get(f"{API}/products/a%00b")) == (404, "not_found")
    put = stocked.call(
        "PUT", f"{API}/carts/{cart['id']}/lines/a%00b", cart["token"], {"quantity": 1}
    )
    assert refusal(put) == (404, "not_found")


@pytest.mark.parametrize("half", [r'"\ud800"', r'"\udc00x"'])
def test_an_unpaired_surrogate_is_refused(stocked: Shop, half: str) -> None:
    cart = stocked.cart({"MUG": 1})
    answer = stocked.client.put(
        f"{API}/carts/{cart['id']}/fulfilment",
        data=f'{{"type": "pickup", "location": {half}}}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {cart['token']}"},
    )
    assert refusal(answer)[0] in (400, 422)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "9" * 5000, ""])
@pytest.mark.parametrize(
    "path", ["products?", "availability?line=MUG:1&", "orders/{number}/events?"]
)
def test_a_page_has_1_to_100_items(stocked: Shop, path: str, limit: str) -> None:
    placed = stocked.order({"MUG": 1})
    url = f"{API}/{path.format(number=placed.number)}limit={limit}"
    assert wrong_fields(stocked.call("GET", url, placed.token)) == {"limit"}


CURSORS = [
    "",
    "%",
    "é",
    "bm9uc2Vuc2U",
    "W10",
    "bnVsbA",
    "WzEsMl0",
    "W1tdLFtdXQ",
    "W1siYSJdXQ",
    "x" * 1001,
    "W1t" * 333,
]
"""Nonsense, [], null, [1,2], [[],[]], [["a"]], too long, nested."""


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("path", ["products", "orders/{number}/events"])
def test_an_invalid_cursor_is_refused_and_never_fails(
    stocked: Shop, path: str, cursor: str
) -> None:
    placed = stocked.order({"MUG": 1})
    url = f"{API}/{path.format(number=placed.number)}"
    answer = stocked.client.get(
        url, query_string={"cursor": cursor}, headers={"Authorization": f"Bearer {placed.token}"}
    )
    assert answer.status_code == 200 or refusal(answer) == (422, "invalid")


@pytest.mark.parametrize(
    "line",
    ["MUG", "MUG:", ":1", "MUG:0", "MUG:-1", "MUG:+1", "MUG:1.5", "MUG:x", "MUG:100001", "MUG:²",
     "MUG:" + "9" * 5000, "MUG:00000000" + "9" * 5000, ""],
    ids=lambda line: line[:12],
)  # fmt: skip
def test_an_availability_line_is_a_sku_and_a_quantity(stocked: Shop, line: str) -> None:
    answer = stocked.client.get(f"{API}/availability", query_string={"line": ["MUG:1", line]})
    assert wrong_fields(answer) == {"line"}


def test_availability_takes_1_to_200_lines(stocked: Shop) -> None:
    assert wrong_fields(stocked.client.get(f"{API}/availability")) == {"line"}
    for lines, status in ((200, 200), (201, 422)):
        query = {"line": ["MUG:1"] * lines}
        assert stocked.client.get(f"{API}/availability", query_string=query).status_code == status


@pytest.mark.parametrize(
    "near", ["", "53.8", "53.8,", "91,0", "0,181", "nan,nan", "inf,0", "a,b", "1,2,3", "1e999,0"]
)
def test_near_is_a_position_on_the_earth(stocked: Shop, near: str) -> None:
    answer = stocked.client.get(f"{API}/availability", query_string={"line": "MUG:1", "near": near})
    assert wrong_fields(answer) == {"near"}


@pytest.mark.parametrize(
    "words",
    [
        "'",
        "''",
        "\\",
        "&",
        "|",
        "!",
        "(",
        "<->",
        ":*",
        "mug & (",
        "' OR 1=1 --",
        "%",
        "_",
        "  ",
        "𝕞ug",
        "x" * 200,
    ],
)
def test_a_search_accepts_any_words(stocked: Shop, words: str) -> None:
    answer = stocked.client.get(f"{API}/products", query_string={"q": words})
    assert answer.status_code == 200


@pytest.mark.parametrize("words", ["mug", "MUG", "the mu", "mu th", "gif"])
def test_a_search_finds_words_prefixes_and_skus(stocked: Shop, words: str) -> None:
    found = stocked.client.get(f"{API}/products", query_string={"q": words}).get_json()["items"]
    assert [one["handle"] for one in found] == ["mug"]


def test_an_unknown_client_key_is_refused_and_a_known_one_sets_the_channel(stocked: Shop) -> None:
    for key, status in (("nonsense", 401), ("\xff", 401), (stocked.keys["app"], 201)):
        headers = {"X-Client-Key": key, "Idempotency-Key": new_key()}
        answer = stocked.client.post(f"{API}/carts", headers=headers)
        assert answer.status_code == status
    made = {str(cart.id): cart.sales_channel for cart in stocked.cart_records()}
    assert made[answer.get_json()["id"]] == "app"
