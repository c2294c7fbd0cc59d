"""Quotes that are promised for a while: signed once, honoured on any channel until they expire.

They bind lines and prices, over a new price or the end of a promotion. They do not bind stock, nor how often a
promotion or coupon may be used: that is counted when the order is placed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.ports import Secrets
from app.core.pricing.engine import quote_tokens
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quote_tokens import Claim, Token
from app.core.pricing.engine.quoting import requote
from app.core.pricing.models import SignedQuote
from app.core.pricing.promotions.redemptions import Redemption
from app.core.transaction import Transaction

RETENTION = timedelta(days=1)
"""How long after its expiry: whoever comes late is told that it has expired, not that it never was."""


@dataclass(frozen=True)
class TaxPlace:
    country: str
    region: str


@dataclass(frozen=True)
class BindingQuote:
    """A quote as it was signed."""

    token: Token
    quote: Quote
    redemptions: Sequence[Redemption]
    place: TaxPlace
    store: str | None
    """Code of the one store whose prices are in it; None where they are those of every store of the place."""

    @property
    def expires_at(self) -> datetime:
        return self.token.claim.expires_at


def sign(
    tx: Transaction,
    quote: Quote,
    uses: Sequence[Redemption],
    place: TaxPlace,
    store: str | None,
    valid_for: timedelta,
) -> BindingQuote:
    """Promise a quote until then."""
    expires_at = tx.now + valid_for
    used = json.dumps([one.facts for one in uses])
    row = {
        "hash": quote.hash, "facts": json.dumps(quote.facts), "promotions": used,
        "country": place.country, "region": place.region, "store": store, "now": tx.now,
    }  # fmt: skip
    # Two carts that cost the same, by other coupons, in one microsecond: the later one lasts a little longer.
    while tx.session.execute(_KEEP, {**row, "expires_at": expires_at}).rowcount == 0:  # type: ignore[attr-defined]
        expires_at += timedelta(microseconds=1)
    claim = Claim(quote.hash, expires_at)
    return BindingQuote(Token(claim, tx.ports.secrets.sign(claim.message)), quote, uses, place, store)


def verify(session: Session, secrets: Secrets, text: str) -> BindingQuote:
    """What was signed, expired or not. Raises Invalid for a token that is not ours."""
    unknown = Invalid("This is no token of a quote: ask for a new one.", quote=["Not known."])
    try:
        token = quote_tokens.parse_token(text)
    except ValueError as error:
        raise unknown from error
    claim = token.claim
    if not secrets.is_signed(claim.message, token.signature):
        raise unknown
    row = session.get(SignedQuote, (claim.quote_hash, claim.expires_at))
    if row is None:
        raise unknown
    uses = [Redemption.from_facts(one) for one in row.promotions]
    quote = requote(row.facts).with_names([(one.code, one.title) for one in uses])
    return BindingQuote(token, quote, uses, TaxPlace(row.country, row.region), row.store)


def purge_expired(session: Session, now: datetime) -> int:
    """How many were forgotten."""
    done = session.execute(delete(SignedQuote).where(SignedQuote.expires_at < now - RETENTION))
    return int(done.rowcount)  # type: ignore[attr-defined]


_KEEP = text("""
    INSERT INTO signed_quotes (quote_hash, expires_at, facts, promotions, country, region, store, created_at)
    VALUES (:hash, :expires_at, CAST(:facts AS jsonb), CAST(:promotions AS jsonb), :country, :region, :store, :now)
    ON CONFLICT DO NOTHING
""")
