"""Quotes that bind the shop for some minutes: signed once, honoured on any channel until they expire.

They bind lines and prices, also if a price changes or a promotion ends. They do not bind stock or the limits of
promotions and coupons: those are checked when the order is placed.
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
"""How long a row stays after its expiry. A late client then reads that the quote expired, not that it is
unknown."""


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
    """Code of the one store whose prices it contains; None if every store of the place has these prices."""

    @property
    def expires_at(self) -> datetime:
        return self.token.claim.expires_at


def sign(
    tx: Transaction,
    quote: Quote,
    redemptions: Sequence[Redemption],
    place: TaxPlace,
    store: str | None,
    valid_for: timedelta,
) -> BindingQuote:
    """Store and sign a quote that binds the shop for this time."""
    expires_at = tx.now + valid_for
    row = {
        "hash": quote.hash, "facts": json.dumps(quote.facts),
        "promotions": json.dumps([one.facts for one in redemptions]),
        "country": place.country, "region": place.region, "store": store, "now": tx.now,
    }  # fmt: skip
    # Two carts may cost the same with different coupons in one microsecond: the later quote lasts longer by one.
    while tx.session.execute(_INSERT, {**row, "expires_at": expires_at}).rowcount == 0:  # type: ignore[attr-defined]
        expires_at += timedelta(microseconds=1)
    claim = Claim(quote.hash, expires_at)
    token = Token(claim, tx.ports.secrets.sign(claim.message))
    return BindingQuote(token, quote, redemptions, place, store)


def verify(session: Session, secrets: Secrets, text: str) -> BindingQuote:
    """Return the signed quote of a token, expired or not. Raises Invalid for a token that this shop did not
    sign."""
    unknown = Invalid(
        "This is not the token of a quote: request a new quote.", quote=["Not known."]
    )
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
    redemptions = [Redemption.from_facts(one) for one in row.promotions]
    quote = requote(row.facts).with_names([(one.code, one.title) for one in redemptions])
    return BindingQuote(token, quote, redemptions, TaxPlace(row.country, row.region), row.store)


def purge_expired(session: Session, now: datetime) -> int:
    """Delete the quotes that expired longer ago than RETENTION, and return their number."""
    done = session.execute(delete(SignedQuote).where(SignedQuote.expires_at < now - RETENTION))
    return int(done.rowcount)  # type: ignore[attr-defined]


_INSERT = text("""
    INSERT INTO signed_quotes (quote_hash, expires_at, facts, promotions, country, region, store, created_at)
    VALUES (:hash, :expires_at, CAST(:facts AS jsonb), CAST(:promotions AS jsonb), :country, :region, :store, :now)
    ON CONFLICT DO NOTHING
""")
