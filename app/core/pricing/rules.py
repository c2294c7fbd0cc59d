"""All that changes prices beside the price rows: promotions, tax rates, markets.

They change seldom and every cart needs them, so a process caches them. A cart's own statement brings the version
in force. If the process knows another version, it reads the rules again, in one statement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.pricing.engine.item import UK_VAT
from app.core.pricing.engine.promotion import NO_PROMOTIONS, Promotions
from app.core.pricing.engine.promotion import Promotion as EnginePromotion
from app.core.pricing.engine.tax import UK, CombinedRate, NamedRate, TaxRules
from app.core.pricing.models import Market, PricingVersion, Promotion, TaxRate
from app.core.pricing.promotions import parse
from app.core.pricing.tax_categories import STANDARD, VOUCHER
from app.core.transaction import Transaction

TaxKey = tuple[str, str, str]
"""(country, region, tax category)."""
DatedRates = tuple[tuple[datetime, CombinedRate], ...]
"""(start, rate), the newest first."""
OUTSIDE_SCOPE = CombinedRate(0)

UK_RATES: Mapping[TaxKey, DatedRates] = {
    # Value Added Tax Act 1994, sections 2, 29A and 30; the rate since the Finance (No. 2) Act 2010, section 3.
    ("GB", "", STANDARD): ((datetime(2011, 1, 4, tzinfo=UTC), CombinedRate(UK_VAT)),),
    ("GB", "", "reduced"): ((datetime(2001, 11, 1, tzinfo=UTC), CombinedRate(50_000)),),
    ("GB", "", "zero"): ((datetime(1973, 4, 1, tzinfo=UTC), CombinedRate(0)),),
}
"""The rates in force until a merchant enters others."""
DEFAULT_COUNTRY, DEFAULT_ZONE = "GB", "Europe/London"
"""Country and clock of a cart without a store. The rates above apply there."""


@dataclass(frozen=True)
class Rules:
    version: UUID | None = None
    """None until a merchant enters something."""
    promotions: Mapping[str, Promotions] = field(default_factory=dict)
    """By currency; read them by `promotions_in`."""
    gifts: tuple[str, ...] = ()
    """SKUs that promotions give."""
    ids: Mapping[str, UUID] = field(default_factory=dict)
    """Of the promotions, by code."""
    rates: Mapping[TaxKey, DatedRates] = field(default_factory=lambda: UK_RATES)
    markets: Mapping[str, TaxRules] = field(default_factory=dict)
    """By country."""

    def promotions_in(self, currency: str) -> Promotions:
        return self.promotions.get(currency, NO_PROMOTIONS)

    def market(self, country: str) -> TaxRules:
        return self.markets.get(country, UK)

    def rate(self, country: str, region: str, category: str, at: datetime) -> CombinedRate:
        """Return the rate with its named taxes. Raises Conflict (no_tax_rate)."""
        rate = self.find_rate(country, region, category, at)
        if rate is None:
            raise Conflict(
                f"There is no tax rate for {category} goods in {country}: enter one first.",
                code="no_tax_rate",
            )
        return rate

    def find_rate(
        self, country: str, region: str, category: str, at: datetime
    ) -> CombinedRate | None:
        """Return the region's own rate with all its taxes, or else the country's; None if neither has one."""
        if category == VOUCHER:
            return OUTSIDE_SCOPE
        for key in ((country, region, category), (country, "", category)):
            for start, rate in self.rates.get(key, ()):
                if start <= at:
                    return rate
        return None


_cached = Rules()


def version_column() -> ScalarSelect[Any]:
    """Return a column with the version in force."""
    return select(PricingVersion.version).scalar_subquery()


def current(reader: Session | Connection, version: UUID | None) -> Rules:
    """Return the rules of this version, or of a newer one. The result never depends on what another thread caches
    meanwhile, which may be older."""
    global _cached
    if version is None:
        return Rules()
    rules = _cached
    if rules.version != version:
        _cached = rules = _load(reader)
    return rules


def as_of(reader: Session | Connection, at: datetime) -> Rules:
    """Return the rules with the promotions of that moment. Markets have no history: they are those of now."""
    return _load(
        reader,
        Promotion.created_at <= at,
        or_(Promotion.deactivated_at.is_(None), Promotion.deactivated_at > at),
    )


def bump_version(tx: Transaction) -> None:
    """Give the rules a new version. Each use case that changes them calls this first, and so waits for the
    others."""
    tx.session.execute(_SET_VERSION, {"version": new_id()})


def require_tax_category(tx: Transaction, category: str) -> None:
    """Raise Invalid for a tax category without a rate in any country: a typing error would leave carts without a
    price."""
    if category == VOUCHER or any(known == category for _, _, known in UK_RATES):
        return
    if tx.session.scalar(select(TaxRate.id).where(TaxRate.category == category).limit(1)) is None:
        raise Invalid(
            f"There is no tax rate for {category} goods: set one first, or correct the category.",
            tax_category=["Send a category that has a rate."],
        )


def _load(reader: Session | Connection, *promotions_in_force: ColumnElement[bool]) -> Rules:
    row = reader.execute(_rules(promotions_in_force or [Promotion.deactivated_at.is_(None)])).one()
    promotions: dict[str, list[EnginePromotion]] = {}
    for promotion in row.promotions or ():
        in_currency = promotions.setdefault(promotion["currency"], [])
        in_currency.append(parse.parse_promotion(promotion))
    return Rules(
        version=row.version,
        promotions={currency: Promotions(those) for currency, those in promotions.items()},
        gifts=tuple(sorted({p.gift for those in promotions.values() for p in those if p.gift})),
        ids={promotion["code"]: UUID(promotion["id"]) for promotion in row.promotions or ()},
        rates={**UK_RATES, **_rates(row.rates or ())},
        markets={market["country"]: _tax_rules(market) for market in row.markets or ()},
    )


def _rates(rows: Iterable[Mapping[str, Any]]) -> dict[TaxKey, DatedRates]:
    found: dict[TaxKey, list[tuple[datetime, CombinedRate]]] = {}
    for row in rows:
        key = row["country"], row["region"], row["category"]
        taxes = tuple(NamedRate(name, rate) for name, rate in row["taxes"])
        start = datetime.fromisoformat(row["starts_at"])
        found.setdefault(key, []).append((start, CombinedRate(row["rate"], taxes)))
    return {
        key: (*sorted(rates, reverse=True), *UK_RATES.get(key, ())) for key, rates in found.items()
    }


def _tax_rules(market: Mapping[str, Any]) -> TaxRules:
    return TaxRules(
        market["tax_included"],
        market["tax_level"],
        market["rounding_mode"],
        market["rounding_target"],
    )


def _all(table: Any, *where: Any) -> ScalarSelect[Any]:
    rows = select(table).where(*where).subquery()
    return select(func.json_agg(rows.table_valued())).scalar_subquery()


def _rules(promotions_in_force: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    return select(
        version_column().label("version"),
        _all(Promotion, *promotions_in_force).label("promotions"),
        _all(TaxRate).label("rates"),
        _all(Market).label("markets"),
    )


_SET_VERSION = text("""
    INSERT INTO pricing_version (id, version) VALUES (1, :version)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version
""")
