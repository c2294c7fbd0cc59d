"""Known answers: numbers, codes and keys that people have on paper keep their form and their check character."""

import re

import pytest

from app.core import ids
from app.core.access import keys, pairing_code
from app.core.access.staff import pins
from app.core.access.users.sessions import SESSION_TOKEN_PREFIX
from app.core.idempotency import RequestKey
from app.core.payments.stored_value import gift_card_code
from app.core.pricing.promotions import coupon_code


@pytest.mark.parametrize("number", ["K7QXM3W95", "000000000", "ZZZZZZZZ8", "10V10V10A"])
def test_an_order_number_ends_with_its_check_character(number: str) -> None:
    assert ids.check_character(number[:-1]) == number[-1]
    assert ids.order_number(number.lower()) == number


def test_the_forms_of_random_codes_and_keys() -> None:
    messages = "[0-9A-HJKMNP-TV-Z]"
    forms = {
        rf"{messages}{{9}}": ids.new_order_number,
        rf"{messages}{{4}}-{messages}{{4}}-{messages}{{4}}": pairing_code.new_code,
        r"[02-9A-HJKMNP-Z]{4}-[02-9A-HJKMNP-Z]{4}-[02-9A-HJKMNP-Z]{2}": coupon_code.new_code,
        r"[A-Za-z0-9_-]{32}": keys.new_key,
        r"[0-9]{6}": pins.new_pin,
    }
    for form, make in forms.items():
        for made in (make() for _ in range(200)):
            assert re.fullmatch(form, made), made


def test_an_id_is_made_of_the_moment_and_random_bits() -> None:
    made = ids.uuid7(1_800_000_000_123_456_789, bytes(range(8)))
    assert str(made) == "01a3185c-507b-774f-8001-020304050607"


def test_keys_and_codes_are_found_by_their_hash() -> None:
    assert keys.key_hash("a key").hex() == (
        "8fa3aab2faa9b79e0a0398da5b5abd0780142442a5be80b9a64608d718cb1fcd"
    )
    assert pairing_code.code_hash("7kqx-m3w9-t2vb").hex() == (
        "debb7a8c0333f1a17770c8a4d702c0b6c34a406130cf0cf41ea1ac9fb97d04d3"
    )


def test_a_typed_code_is_normalised() -> None:
    assert coupon_code.normalise("7kq-o i l") == "7KQ011"
    assert gift_card_code.normalise("7dga 01-8z") == "7DGAOIBZ"


def test_the_token_of_a_user_differs_from_an_api_key() -> None:
    assert SESSION_TOKEN_PREFIX == "u."


def test_a_repeated_request_takes_the_same_lock() -> None:
    """Two releases that run at once, during a deployment, wait for each other."""
    assert RequestKey("device:1", "POST /api/v1/carts", "key", b"").lock == -4496182092644215360
