"""One-time codes of RFC 6238."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.adapters.pyotp_codes import PyotpTotp

SECRET = base64.b32encode(b"12345678901234567890").decode()
CODES = PyotpTotp()
TESTED = [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]
"""RFC 6238, appendix B, for SHA-1; the last six of its eight digits."""


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), TESTED)
def test_the_codes_match_the_test_vectors_of_the_standard(seconds: int, code: str) -> None:
    assert CODES.time_step(SECRET, code, at(seconds)) == seconds // 30


@pytest.mark.parametrize(("late", "known"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_can_be_wrong_by_one_step(late: int, known: bool) -> None:
    found = CODES.time_step(SECRET, "081804", at(1111111109) + timedelta(seconds=late))
    assert found == (37037036 if known else None)


@pytest.mark.parametrize("code", ["", "287083", "28708", "ä", "287082 "])
def test_an_invalid_code_is_refused(code: str) -> None:
    assert CODES.time_step(SECRET, code, at(59)) is None


def test_the_secret_is_given_to_a_phone_as_a_uri() -> None:
    secret = CODES.new_secret()
    assert secret != CODES.new_secret()
    address = urlsplit(CODES.provisioning_uri(secret, "ada@shop.example"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query)["secret"] == [secret]
