"""Known answers: everything derived from the secret key is the same in every release.

A changed answer here locks people out: sold gift cards, links in sent emails, phones with second factors. Correct
the code, never the answer.
"""

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.derived_secrets import DerivedSecrets
from app.config import ROOT
from app.core import secret_labels
from app.core.access.users.invitations import invitation_token
from app.core.accounts import codes, passkeys, session_tokens
from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.models import Challenge
from app.core.clock import SetClock
from app.core.customers import suppressions
from app.core.customers.models import Contact
from app.core.orders import pickup
from app.core.payments.stored_value import gift_card_code
from app.core.pricing.promotions import redemptions
from tests.fakes.ports import make_ports

SECRETS = DerivedSecrets("a fixed key")
ID = UUID(int=7)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
NUMBER = "K7QXM3W9T"


TOKENS = {
    "order": "go3l83ptY2-q6dZ9TKNqUA",
    "cart": "DgAXNO1wOQ7qeox7Cnxk5w",
    "csrf": "a_XMbukKdZ1bjqIzQ2E95A",
    "request": "KrAwgctYHd9UOdlyr6Efag",
    "session": "yvHkDrh-RLy-B4JQZAmEsA",
    "access": "E6KWRpOt1PpEyLVN-XDg_A",
    "refresh": "CQ4m3b5JDKjD1IRIUgvBLQ",
    "device": "1x6t82m7baSxpiFuBjBNdw",
    "passkey": "eaj_9hbnxYr1uBoR_kwr9Q",
    "address": "2oTZSmOTFK1eamxPuD3kgA",
    "invitation": "IoVfoZFuaBxkLNfPQ1vD1w",
    "user": "0xfDchMoD4ZvZl6J53opuA",
    "user at": "jNVxTsznOxPr86qEX1IIJw",
    "gift card": "hKZMmKJCIK3sYOZoLTioOA",
    "gift card tries": "uahJ3tbL0Lbt0KE9u96OSw",
    "store credit code hash": "j_m6iNuT0ydLBEZOOYwVWg",
    "promotion person": "hgTHFZLwndFbofe-P4zUqA",
    "suppressed address": "XI07vWOpYGdAoH5qp-U9iQ",
}
"""By label, the token of "subject"."""
DIGITS = {
    "pickup": ("376662", "63049651"),
    "account": ("672374", "04618100"),
    "store credit code": ("466598", "32384795"),
    "gift card PIN": ("742212", "39875804"),
}
"""By label, six digits and eight digits of "subject"."""
KEYS = {"signatures", "stored answers", b"onecounter quote 1\0"}
DERIVING = {"token", "digits", "_mac", "_sign", "_checked"}
"""Functions that take a label."""


def test_the_table_of_labels_is_unchanged() -> None:
    labels = [value for name, value in vars(secret_labels).items() if name.isupper()]
    assert set(labels) == {*TOKENS, *DIGITS, *KEYS}
    assert len(labels) == len(set(labels))


def literal_labels(path: Path) -> list[ast.Call]:
    """Return the calls that derive a value from a literal label instead of one of the table."""
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in DERIVING
    ]
    return [
        call
        for call in calls
        if any(isinstance(given, ast.Constant) and given.value for given in call.args[:2])
    ]


def test_every_caller_takes_its_label_from_the_table() -> None:
    files = [*(ROOT / "app").rglob("*.py")]
    assert {str(path): found for path in files if (found := literal_labels(path))} == {}


@pytest.mark.parametrize("label", TOKENS)
def test_each_label_derives_its_token(label: str) -> None:
    assert SECRETS.token(label, "subject") == TOKENS[label]


@pytest.mark.parametrize("label", DIGITS)
def test_each_label_derives_its_digits(label: str) -> None:
    assert (
        SECRETS.digits(label, "subject", 3, 6),
        SECRETS.digits(label, "subject", 0, 8),
    ) == DIGITS[label]


def test_signatures_are_made_with_one_key() -> None:
    """Clients keep the public key; signed quotes are printed as QR codes."""
    assert SECRETS.public_key().hex() == (
        "2524bd4c7c97aaa70cc779175223ed744ecf115d32de47877dd15ebad8cd86df"
    )
    assert SECRETS.sign(b"message").hex() == (
        "14e51c3009475779ad96d97d134a1f356618d958b903f1eb4e9e5f8439d201d1"
        "2db63a3210d4b7afb0b71957546182e9ef37c9c326b6a905c7b108fecce96606"
    )


def test_stored_responses_and_second_factors_can_be_decrypted() -> None:
    stored = (
        b"gAAAAABrSdIAAAAAAAAAAAAAAAAAAAAAAGW3p88QWs4veR2j652Dpj4wK2wxtLUj9NS3jVvwWz-O"
        b"O1SdvQfSDYaWo6PwRbPNgg=="
    )
    assert SECRETS.decrypt(stored) == b"plain"


def test_the_link_and_the_pickup_codes_of_an_order() -> None:
    assert pickup.order_token(SECRETS, NUMBER) == "IykyrsyhhWzc6dyZ4PwWJw"
    assert pickup.pickup_code(SECRETS, NUMBER, 0) == "616081"
    assert pickup.pickup_code(SECRETS, NUMBER, 1) == "349035"


def test_the_token_of_a_cart() -> None:
    assert pickup.cart_token(SECRETS, ID) == "q58_P__Dk-ykeX44kt9MGg"


def test_the_cookie_and_the_tokens_of_a_session() -> None:
    assert session_tokens.cookie(SECRETS, ID) == f"{ID}.vGSugK0GbwNT0UMQmX6jIQ"
    made = session_tokens.tokens(SECRETS, ID, 3, NOON)
    assert made.access_token == f"{ID}.1772539800.6FkL6CjexmVTYQElYUXEqg"
    assert made.refresh_token == f"{ID}.3.Ijo_ufTpDice1rHlqeQLlQ"
    assert session_tokens.device_token(SECRETS, "a device") == "HvnJH7HsZ9i8CKcD__QgwA"


def test_the_codes_and_the_passkey_challenge_of_an_account() -> None:
    short, long = (Challenge(id=ID, code_length=length) for length in (6, 8))
    assert codes.derive(SECRETS, short) == "741825"
    assert codes.derive(SECRETS, long) == "22741825"
    assert passkeys.challenge_of(SECRETS, ID) == "UCJiau6P7iuMBFoiHPG2qg"


def test_the_hash_that_counts_attempts_of_an_address() -> None:
    email, phone = (
        ContactAddress("email", "ada@example.com"),
        ContactAddress("phone", "+441134960000"),
    )
    assert email.subject(SECRETS) == "GgOxa9tZXcwsLpRuW6iynA"
    assert phone.subject(SECRETS) == "WGDyRAOnXegIF75u0Ek5Eg"
    assert redemptions.email_hash(SECRETS, " Ada@Example.com ") == "sNRVBJkSz7HvPz8c7rH9Cw"


def test_the_invitation_of_a_user() -> None:
    assert invitation_token(SECRETS, ID, NOON) == "g1EDuOj6Pl6R-qwmKaxOhA"
    later = NOON.replace(microsecond=5)
    assert invitation_token(SECRETS, ID, later) == "gdFoP0Mzq4G-lFNH5AF2kQ"


def test_the_code_and_the_pin_of_a_gift_card() -> None:
    code = gift_card_code.code(SECRETS, ID)
    assert code == "7DGA-Z2ON-QHTB-WTEB-RTUK"
    assert gift_card_code.pin(SECRETS, ID) == "827622"
    assert gift_card_code.code_hash(code).hex() == (
        "9fa8158dd87b56c8dc9e7da5261a84971cec991836a8617877560fef2b419b5c"
    )


@pytest.mark.parametrize(
    ("channel", "hashed"),
    [
        ("email", "YhAPs8YYTjC4qimaQWe5aA"),
        ("sms", "l3hzXK38zRxjnHwGvknyPw"),
        ("whatsapp", "l3hzXK38zRxjnHwGvknyPw"),
        ("phone", "l3hzXK38zRxjnHwGvknyPw"),
    ],
)
def test_the_hash_that_finds_a_suppressed_address(channel: str, hashed: str) -> None:
    ports = replace(make_ports(SetClock(NOON)), secrets=SECRETS)
    ada = Contact(name="Ada", email="Ada@Example.com", phone="+44 113 496 0000")
    assert suppressions.address_hash(ports, ada, channel) == hashed
