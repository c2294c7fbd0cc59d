"""Quotes that the core stands by until they expire: what it signs, the token, and the text of a QR code.

A claim is a quote's hash and its expiry; the token is both with the core's Ed25519 signature (RFC 8032). The QR
text carries what the quote is made of as well, so a till without a line prices it again and sees by the hash that
it is the quote which was signed. Signing and checking are handed in: this module needs no key and no library.
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
"""More would make a code that a phone's screen shows too finely to be scanned."""

_CLAIM = struct.Struct(">32sQ")
_SIGNATURE = 64
_QR = "OQ1:"
_LARGEST = 100_000
_GIVEN = ("sku", "customisation", "quantity", "unit_price", "tax_rate")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Claim(NamedTuple):
    quote_hash: str
    expires_at: datetime
    """From then on it binds nobody; exact to the microsecond."""

    @property
    def packed(self) -> bytes:
        micros = (self.expires_at - _EPOCH) // timedelta(microseconds=1)
        return _CLAIM.pack(bytes.fromhex(self.quote_hash), micros)

    @property
    def message(self) -> bytes:
        """What is signed."""
        return secret_labels.SIGNED_QUOTE + self.packed


class Token(NamedTuple):
    claim: Claim
    signature: bytes

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.claim.packed + self.signature).decode().rstrip("=")


class ScannedQuote(NamedTuple):
    token: Token
    packed: bytes
    """What the quote is made of, compressed."""

    @property
    def inputs(self) -> dict[str, Any]:
        """What `requote` needs. Raises ValueError."""
        try:
            plain = zlib.decompressobj().decompress(self.packed, _LARGEST)
            given = json.loads(plain)
        except (zlib.error, RecursionError) as error:
            raise ValueError("This code of a quote is damaged.") from error
        if not isinstance(given, dict):
            raise ValueError("This code of a quote holds none.")
        return given

    @property
    def quote(self) -> Quote:
        """The quote whose hash was claimed. Raises ValueError where the rest of the code makes no such quote."""
        try:
            quote = requote(self.inputs)
            is_claimed = quote.hash == self.token.claim.quote_hash
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
            raise ValueError("This code of a quote holds none.") from error
        if not is_claimed:
            raise ValueError("This code of a quote holds another than was signed.")
        return quote


def parse_token(text: str) -> Token:
    """Raises ValueError for what is none."""
    return _token(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


def qr_text(token: Token, facts: Mapping[str, Any]) -> str | None:
    """Only characters that a QR code stores tightly; None where the quote has more than MAX_QR_LINES lines."""
    if len(facts["lines"]) > MAX_QR_LINES:
        return None
    packed = token.claim.packed + token.signature + zlib.compress(canonical(inputs_of(facts)), 9)
    return _QR + base64.b32encode(packed).decode().rstrip("=")


def parse_qr(text: str) -> ScannedQuote:
    """What was scanned. Raises ValueError for what is no such text. Whoever takes it checks the token's signature
    and time, and only then reads the quote: until then anybody may have written it."""
    if not text.startswith(_QR):
        raise ValueError("This is not the code of a quote.")
    body = text.removeprefix(_QR)
    packed = base64.b32decode(body + "=" * (-len(body) % 8))
    size = _CLAIM.size + _SIGNATURE
    return ScannedQuote(_token(packed[:size]), packed[size:])


def inputs_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a quote without its results, from which `requote` finds them again."""
    kept: dict[str, Any] = {
        name: facts[name] for name in ("version", "currency", "tax_rules") if name in facts
    }
    for name in ("lines", "charges"):
        if name in facts:
            kept[name] = [{n: line[n] for n in _GIVEN if n in line} for line in facts[name]]
    if "promotions" in facts:
        kept["promotions"] = [
            {name: one[name] for name in ("kind", "terms", "lines")} for one in facts["promotions"]
        ]
    return kept


def _token(packed: bytes) -> Token:
    if len(packed) != _CLAIM.size + _SIGNATURE:
        raise ValueError("This is not the token of a quote.")
    quote_hash, micros = _CLAIM.unpack(packed[: _CLAIM.size])
    try:
        expires_at = _EPOCH + timedelta(microseconds=micros)
    except OverflowError as error:
        raise ValueError("This is not the token of a quote.") from error
    return Token(Claim(quote_hash.hex(), expires_at), packed[_CLAIM.size :])
