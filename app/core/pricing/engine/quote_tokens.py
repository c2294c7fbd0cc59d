"""Signed quotes, which bind the shop until they expire: the signed claim, the token, and the text of a QR code.

A claim is a quote's hash and its expiry. The token is both with the shop's Ed25519 signature (RFC 8032). The QR
text also carries what the quote is computed from: a till without a connection computes it again and compares its
hash with the signed one. The caller signs and verifies, so this module needs no key and no library.
"""

import base64
import json
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from app.core import secret_labels
from app.core.canonical import canonical
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import requote

MAX_QR_LINES = 20
"""With more lines the code is too fine on a phone's screen to be scanned."""

_CLAIM = struct.Struct(">32sQ")
_SIGNATURE = 64
_QR_PREFIX = "OQ1:"
_MAX_BYTES = 100_000
_LINE_INPUTS = ("sku", "customisation", "quantity", "unit_price", "tax_rate", "taxes")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Claim(NamedTuple):
    quote_hash: str
    expires_at: datetime
    """The first moment at which it no longer binds; exact to the microsecond."""

    @property
    def packed(self) -> bytes:
        micros = (self.expires_at - _EPOCH) // timedelta(microseconds=1)
        return _CLAIM.pack(bytes.fromhex(self.quote_hash), micros)

    @property
    def message(self) -> bytes:
        """The bytes to sign."""
        return secret_labels.SIGNED_QUOTE + self.packed


class Token(NamedTuple):
    claim: Claim
    signature: bytes

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.claim.packed + self.signature).decode().rstrip("=")


class ScannedQuote(NamedTuple):
    token: Token
    packed: bytes
    """The inputs of the quote, compressed."""

    @property
    def inputs(self) -> dict[str, Any]:
        """What `requote` needs. Raises ValueError."""
        try:
            plain = zlib.decompressobj().decompress(self.packed, _MAX_BYTES)
            inputs = json.loads(plain)
        except (zlib.error, RecursionError) as error:
            raise ValueError("This code of a quote is damaged.") from error
        if not isinstance(inputs, dict):
            raise ValueError("This code contains no quote.")
        return inputs

    @property
    def quote(self) -> Quote:
        """The quote with the hash in the token. Raises ValueError if the inputs do not give it."""
        try:
            quote = requote(self.inputs)
            is_claimed = quote.hash == self.token.claim.quote_hash
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
            raise ValueError("This code contains no quote.") from error
        if not is_claimed:
            raise ValueError("This code contains another quote than the signed one.")
        return quote


def parse_token(text: str) -> Token:
    """Return the token. Raises ValueError for any other text."""
    return _token(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


def qr_text(token: Token, facts: Mapping[str, Any]) -> str | None:
    """Return a text of characters that a QR code stores compactly; None for more than MAX_QR_LINES lines."""
    if len(facts["lines"]) > MAX_QR_LINES:
        return None
    packed = token.claim.packed + token.signature + zlib.compress(canonical(inputs_of(facts)), 9)
    return _QR_PREFIX + base64.b32encode(packed).decode().rstrip("=")


def parse_qr(text: str) -> ScannedQuote:
    """Return what was scanned. Raises ValueError for any other text.

    The caller must verify the token's signature and expiry before it reads the quote: until then, anyone may have
    written the text.
    """
    if not text.startswith(_QR_PREFIX):
        raise ValueError("This is not the code of a quote.")
    body = text.removeprefix(_QR_PREFIX)
    packed = base64.b32decode(body + "=" * (-len(body) % 8))
    size = _CLAIM.size + _SIGNATURE
    return ScannedQuote(_token(packed[:size]), packed[size:])


def inputs_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a quote without its results. `requote` computes the results from them."""
    inputs: dict[str, Any] = {
        name: facts[name] for name in ("version", "currency", "tax_rules") if name in facts
    }
    for name in ("lines", "charges"):
        if name in facts:
            inputs[name] = [{n: line[n] for n in _LINE_INPUTS if n in line} for line in facts[name]]
    if "promotions" in facts:
        inputs["promotions"] = [
            {name: one[name] for name in ("kind", "terms", "lines")} for one in facts["promotions"]
        ]
    return inputs


def _token(packed: bytes) -> Token:
    if len(packed) != _CLAIM.size + _SIGNATURE:
        raise ValueError("This is not the token of a quote.")
    quote_hash, micros = _CLAIM.unpack(packed[: _CLAIM.size])
    try:
        expires_at = _EPOCH + timedelta(microseconds=micros)
    except OverflowError as error:
        raise ValueError("This is not the token of a quote.") from error
    return Token(Claim(quote_hash.hex(), expires_at), packed[_CLAIM.size :])
