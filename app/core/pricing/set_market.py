from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select, text

from app.core.pricing import rules
from app.core.pricing.engine.tax import TaxRules
from app.core.pricing.events import MARKET_SET
from app.core.pricing.models import Market
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetMarket:
    country: str
    """ISO 3166-1, such as GB."""
    rules: TaxRules


class MarketRow(NamedTuple):
    country: str
    tax_included: bool
    tax_level: str
    rounding_mode: str
    rounding_target: str


def set_market(tx: Transaction, command: SetMarket) -> MarketRow:
    """Set how a country taxes and rounds prices from now on, and return its row. A repeated call changes nothing.

    Placed orders keep their frozen rules. The version changes first, because that waits for other changes of the
    rules.
    """
    rules.bump_version(tx)
    wanted = MarketRow(
        command.country, command.rules.tax_included, command.rules.tax_level, command.rules.rounding_mode,
        command.rules.rounding_target,
    )  # fmt: skip
    row = tx.session.execute(_MARKET.where(Market.country == command.country)).first()
    before = MarketRow._make(row) if row else None
    if before != wanted:
        tx.session.execute(_SET, wanted._asdict())
        tx.record(MARKET_SET, wanted._asdict() | {"before": before and before._asdict()})
    return wanted


_MARKET = select(
    Market.country, Market.tax_included, Market.tax_level, Market.rounding_mode, Market.rounding_target
)  # fmt: skip
_SET = text("""
    INSERT INTO markets (country, tax_included, tax_level, rounding_mode, rounding_target)
    VALUES (:country, :tax_included, :tax_level, :rounding_mode, :rounding_target)
    ON CONFLICT (country) DO UPDATE SET tax_included = excluded.tax_included, tax_level = excluded.tax_level,
        rounding_mode = excluded.rounding_mode, rounding_target = excluded.rounding_target
""")
