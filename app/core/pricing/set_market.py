from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from app.core.pricing import rules
from app.core.pricing.engine.tax import TaxRules
from app.core.pricing.events import MARKET_SET
from app.core.pricing.models import Market
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetMarket:
    country: str
    """ISO 3166-1, as GB."""
    rules: TaxRules


def set_market(tx: Transaction, command: SetMarket) -> dict[str, Any]:
    """Say how prices are taxed and rounded in a country from now on, and return its row. Again changes nothing.

    Placed orders keep what they froze. The new version of the rules comes first, since it waits for whoever else
    changes them.
    """
    rules.bump_version(tx)
    wanted = {
        "country": command.country, "tax_included": command.rules.tax_included, "tax_by": command.rules.tax_level,
        "rounding": command.rules.rounding_mode, "rounded": command.rules.rounding_target,
    }  # fmt: skip
    found = tx.session.execute(
        select(Market.__table__).where(Market.country == command.country)
    ).first()
    before = dict(found._mapping) if found else None
    if before != wanted:
        tx.session.execute(_PUT, wanted)
        tx.record(MARKET_SET, wanted | {"before": before})
    return wanted


_PUT = text("""
    INSERT INTO markets (country, tax_included, tax_by, rounding, rounded)
    VALUES (:country, :tax_included, :tax_by, :rounding, :rounded)
    ON CONFLICT (country) DO UPDATE SET tax_included = excluded.tax_included, tax_by = excluded.tax_by,
        rounding = excluded.rounding, rounded = excluded.rounded
""")
