"""The token of a signed quote, and the QR code by which an offline till honours it."""

import base64
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import segno

from app.adapters.derived_secrets import DerivedSecrets
from app.core.pricing.engine.benefits.amounts import Percentage
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quote_tokens import (
    MAX_QR_LINES,
    Claim,
    Token,
    inputs_of,
    parse_qr,
    parse_token,
    qr_text,
)
from app.core.pricing.engine.quoting import quote
from tests.core import random_carts

SECRETS = DerivedSecrets("a key")
EXPIRES = datetime(2026, 3, 2, 9, 10, 0, 123456, tzinfo=UTC)
GBP = '{"version": 2, "currency": "GBP", "lines":'
"""The beginning of a code's content."""


def signed(one: Quote) -> Token:
    claim = Claim(one.hash, EXPIRES)
    return Token(claim, SECRETS.sign(claim.message))


def quotes(count: int) -> Iterator[Quote]:
    chance = Random("signed")
    return (random_carts.price(random_carts.draw(chance)) for _ in range(count))


def big_quote(lines: int) -> Quote:
    """Return a quote with long SKUs and two promotions over all of them."""
    items = [Item(f"SKU-{n * 7919:012}", n + 1, 1099 + n * 37, 200_000) for n in range(lines)]
    promotions = Promotions(
        Promotion(f"P{n}", "Off", Percentage(500 + n), priority=n) for n in range(2)
    )
    return quote("GBP", items, promotions=promotions)


def test_a_token_can_be_read() -> None:
    for one in quotes(200):
        token = signed(one)
        assert parse_token(str(token)) == token
        assert len(str(token)) == 139
        assert SECRETS.is_signed(token.claim.message, token.signature)


def test_a_changed_hash_or_expiry_has_no_valid_signature() -> None:
    token = signed(next(quotes(1)))
    later = token.claim._replace(expires_at=EXPIRES + timedelta(microseconds=1))
    other = token.claim._replace(quote_hash="00" * 32)
    assert not SECRETS.is_signed(later.message, token.signature)
    assert not SECRETS.is_signed(other.message, token.signature)
    assert not DerivedSecrets("another").is_signed(token.claim.message, token.signature)


def test_a_till_computes_the_same_quote_from_the_code_alone() -> None:
    seen = 0
    for one in quotes(1000):
        token = signed(one)
        text = qr_text(token, one.facts)
        assert text is not None
        read = parse_qr(text)
        assert read.token == token
        assert read.quote.facts == one.facts
        assert read.inputs.keys() <= {
            "version", "currency", "lines", "charges", "promotions", "tax_rules",
        }  # fmt: skip
        seen += bool(one.applied)
    assert seen > 300


def test_20_lines_fit_into_one_code_and_21_lines_get_none() -> None:
    twenty, more = big_quote(MAX_QR_LINES), big_quote(MAX_QR_LINES + 1)
    text = qr_text(signed(twenty), twenty.facts)
    assert text is not None
    code = segno.make(text, micro=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 25
    assert qr_text(signed(more), more.facts) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "OQ1:", "OQ1:AAAA", "OQ1:" + "A" * 180, "https://example.com", "OQ1:ä", "ÄÖÜ" * 50],
)
def test_an_invalid_code_or_token_raises_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        _ = parse_qr(text).quote
    with pytest.raises(ValueError):
        parse_token(text)


def test_a_code_that_unpacks_to_more_than_a_quote_is_refused() -> None:
    one = big_quote(1)
    bomb = {**one.facts, "currency": "G" * 1_000_000}
    text = qr_text(signed(one), bomb)
    assert text is not None
    assert len(text) < 3000
    with pytest.raises(ValueError):
        _ = parse_qr(text).inputs


@pytest.mark.parametrize(
    "forged",
    [
        "[" * 90_000, '{"a":' * 15_000, "[]", "7", "", "{}", '{"version": 2, "currency": "GBP"}',
        '{"version": 2, "lines": 5}', "{", f"{GBP} [7]}}", f'{GBP} [], "tax_rules": 7}}',
        f'{GBP} [], "tax_rules": {{"moon": "full"}}}}',
        f'{GBP} [{{"sku": "A", "quantity": 1, "unit_price": "1", "tax_rate": 0}}]}}',
        f'{GBP} [{{"sku": "A", "quantity": 1, "unit_price": NaN, "tax_rate": 0}}]}}',
        f'{GBP} [{{"sku": "A", "quantity": 1, "unit_price": 1, "tax_rate": -1000000}}]}}',
        f'{GBP} [{{"sku": "A", "quantity": 1, "unit_price": 1, "tax_rate": 0}}]}}',
        f'{GBP} [], "promotions": [{{"kind": "moon", "terms": {{}}, "lines": []}}]}}',
        f'{GBP} [], "promotions": [{{"kind": "gift", "terms": {{"units": 1}}, "lines": []}}]}}',
    ],
    ids=lambda forged: forged[:100],
)  # fmt: skip
def test_a_forged_code_raises_a_value_error_only_at_the_forged_part(forged: str) -> None:
    """Its token may be a real one, of another quote: the till can check that without the rest."""
    token = signed(big_quote(1))
    packed = token.claim.packed + token.signature + zlib.compress(forged.encode())
    scanned = parse_qr("OQ1:" + base64.b32encode(packed).decode().rstrip("="))
    assert SECRETS.is_signed(scanned.token.claim.message, scanned.token.signature)
    with pytest.raises(ValueError):
        _ = scanned.quote


def test_the_code_contains_no_results() -> None:
    one = big_quote(2)
    assert "total" in one.facts
    assert "discounts" in one.facts["lines"][0]
    given = inputs_of(one.facts)
    assert "total" not in given
    assert given["lines"][0].keys() == {"sku", "quantity", "unit_price", "tax_rate"}
