from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.errors import Conflict, Invalid
from app.core.pricing import rules
from app.core.pricing.date_limits import LATEST_START, TOO_LATE
from app.core.pricing.events import TAX_RATE_SET
from app.core.pricing.models import TaxRate
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetTaxRate:
    country: str
    """ISO 3166-1, as GB."""
    category: str
    rate: int
    """Ten-thousandths of a percent: 20 % is 200000."""
    region: str = ""
    """ISO 3166-2 without the country; empty is all of it."""
    starts_at: datetime | None = None
    """None: now."""


def set_tax_rate(tx: Transaction, command: SetTaxRate) -> SetTaxRate:
    """Let a rate begin, now or later, and return it with its beginning. Again changes nothing.

    1. Give the rules a new version first, which waits for whoever else changes them.
    2. Look for the rate that holds in that moment.
    3. Write the row, unless it says nothing new. Rows are never changed.

    Raises Invalid for a beginning in the past or beyond all plans, Conflict (rate_set) where another begins in
    that moment.
    """
    at = command.starts_at or tx.now
    if at >= LATEST_START:
        raise Invalid(TOO_LATE, starts_at=[TOO_LATE])
    rules.bump_version(tx)
    before = _newest(tx, command, at)
    begun = SetTaxRate(command.country, command.category, command.rate, command.region, at)
    if before and before.rate == command.rate and at in (before.starts_at, tx.now):
        return begun
    if before and before.starts_at == at:
        raise Conflict(
            "Another rate begins in this moment, and rates are never rewritten: let this one begin later.",
            code="rate_exists_at_time",
        )
    if at < tx.now:
        raise Invalid(
            "A rate cannot begin in the past, since orders were taxed: leave starts_at out to begin now.",
            starts_at=["Send a moment that is still to come, or leave it out."],
        )
    _insert(tx, begun, at)
    return begun


def _newest(tx: Transaction, command: SetTaxRate, at: datetime) -> TaxRate | None:
    return tx.session.scalar(
        select(TaxRate)
        .where(
            TaxRate.country == command.country,
            TaxRate.region == command.region,
            TaxRate.category == command.category,
            TaxRate.starts_at <= at,
        )
        .order_by(TaxRate.starts_at.desc())
        .limit(1)
    )


def _insert(tx: Transaction, begun: SetTaxRate, at: datetime) -> None:
    row = {
        "country": begun.country, "region": begun.region, "category": begun.category, "rate": begun.rate,
        "starts_at": at,
    }  # fmt: skip
    tx.insert("tax_rates", **row, event_id=tx.record(TAX_RATE_SET, row))
