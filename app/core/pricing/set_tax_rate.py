from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.errors import Conflict, Invalid
from app.core.pricing import rules
from app.core.pricing.date_limits import LATEST_START, TOO_LATE
from app.core.pricing.engine.tax import FULL_RATE, NamedRate
from app.core.pricing.events import TAX_RATE_SET
from app.core.pricing.models import TaxRate
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetTaxRate:
    country: str
    """ISO 3166-1, such as GB."""
    category: str
    rate: int
    """Ten-thousandths of a percent: 20 % is 200000."""
    region: str = ""
    """ISO 3166-2 without the country; empty means the whole country."""
    starts_at: datetime | None = None
    """None means now."""
    taxes: tuple[NamedRate, ...] = ()
    """The named taxes that `rate` is the sum of; empty for one tax."""

    @property
    def problem(self) -> str:
        """Why the taxes cannot be set, or an empty text."""
        names = [tax.name for tax in self.taxes]
        if len(set(names)) < len(names):
            return "Two taxes have the same name: add their rates up, or rename one."
        if self.taxes and sum(tax.rate for tax in self.taxes) != self.rate:
            return "The rates of the taxes must add up to rate."
        return "" if self.rate <= FULL_RATE else "The taxes are more than 100 % together."


def set_tax_rate(tx: Transaction, command: SetTaxRate) -> SetTaxRate:
    """Let a rate start, now or later, and return it with its start. A repeated call changes nothing.

    1. Give the rules a new version first, which waits for other changes of the rules.
    2. Read the rate in force at that moment.
    3. Write the row, unless it changes nothing. Rows are never changed.

    Raises Invalid for taxes that do not add up, and for a start in the past or too late. Raises Conflict
    (rate_exists_at_time) if another rate starts at that moment.
    """
    if problem := command.problem:
        raise Invalid(problem, taxes=[problem])
    at = command.starts_at or tx.now
    if at >= LATEST_START:
        raise Invalid(TOO_LATE, starts_at=[TOO_LATE])
    rules.bump_version(tx)
    before = _in_force(tx, command, at)
    rate = replace(command, starts_at=at)
    same = before and (before.rate, before.taxes) == (rate.rate, _as_rows(rate))
    if before and same and at in (before.starts_at, tx.now):
        return rate
    if before and before.starts_at == at:
        raise Conflict(
            "Another rate starts at this moment, and rates are never rewritten: let this one start later.",
            code="rate_exists_at_time",
        )
    if at < tx.now:
        raise Invalid(
            "A rate cannot start in the past, because orders were taxed: leave starts_at out to start now.",
            starts_at=["Send a moment in the future, or leave it out."],
        )
    _insert(tx, rate, at)
    return rate


def _in_force(tx: Transaction, command: SetTaxRate, at: datetime) -> TaxRate | None:
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


def _as_rows(rate: SetTaxRate) -> list[Any]:
    return [[tax.name, tax.rate] for tax in rate.taxes]


def _insert(tx: Transaction, rate: SetTaxRate, at: datetime) -> None:
    row = {
        "country": rate.country, "region": rate.region, "category": rate.category, "rate": rate.rate,
        "starts_at": at, "taxes": _as_rows(rate),
    }  # fmt: skip
    tx.insert(TaxRate, **row, event_id=tx.record(TAX_RATE_SET, row))
