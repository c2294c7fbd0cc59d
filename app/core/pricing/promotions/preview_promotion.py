"""What a promotion would change for a sample cart, together with the promotions in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.core.catalogue.models import Location
from app.core.errors import Invalid
from app.core.pricing import rules
from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.promotion import Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.price_columns import as_item
from app.core.pricing.promotions import queries
from app.core.pricing.promotions.promotions import CreatePromotion, engine_promotion
from app.core.pricing.rules import DEFAULT_COUNTRY, DEFAULT_ZONE, Rules


@dataclass(frozen=True)
class SampleCart:
    lines: Mapping[str, int]
    """SKU to quantity."""
    channel: str
    location: str
    """Code of the store; empty while none is chosen."""


@dataclass(frozen=True)
class _Store:
    id: UUID | None = None
    country: str = DEFAULT_COUNTRY
    region: str = ""
    zone: str = DEFAULT_ZONE


def preview(
    reader: Connection, command: CreatePromotion, cart: SampleCart, at: datetime
) -> tuple[Quote, Quote]:
    """Return the quotes without and with the promotion, as the sample cart is priced there.

    It assumes the promotion's coupon, a first order, and that gifts are in stock. Raises Invalid, Conflict
    (no_tax_rate).
    """
    new = engine_promotion(command)
    current = rules.current(reader, reader.execute(select(rules.version_column())).scalar())
    store = _store(reader, cart.location)
    items, gifts = _items(reader, command.currency, new.gift, cart, current, store, at)
    context = Context(
        at, store.zone, cart.channel, cart.location, first_order=True, coupons=frozenset({new.code})
    )  # fmt: skip
    tax, before = current.market(store.country), current.promotions_in(command.currency)
    priced = partial(quote, command.currency, items, rules=tax, gifts=gifts, context=context)
    return priced(promotions=before), priced(promotions=Promotions([*before.all(), new]))


def _store(reader: Connection, code: str) -> _Store:
    if not code:
        return _Store()
    columns = Location.id, Location.country, Location.region, Location.timezone
    found = reader.execute(select(*columns).where(Location.code == code)).first()
    if found is None:
        raise Invalid(
            f"There is no location {code}: correct the code.",
            location=["Send the code of a location."],
        )
    return _Store(*found)


def _items(
    reader: Connection,
    currency: str,
    gift: str | None,
    cart: SampleCart,
    current: Rules,
    store: _Store,
    at: datetime,
) -> tuple[list[Item], list[Item]]:
    """Return the lines and the possible gifts. Raises Invalid for an item that is not on sale."""
    wanted = {*cart.lines, *([gift] if gift else [])}
    rows = queries.sellable_variants(
        reader, {*wanted, *current.gifts}, currency, cart.channel, store.id, at
    )
    if missing := sorted(wanted - rows.keys()):
        raise Invalid(f"{', '.join(missing)} is not on sale: see /products.", lines=missing)
    place = store.country, store.region
    lines = [
        as_item(rows[sku], units, current.rate(*place, rows[sku].tax_category, at))
        for sku, units in cart.lines.items()
    ]
    rates = {sku: current.find_rate(*place, row.tax_category, at) for sku, row in rows.items()}
    gifts = [
        as_item(rows[sku], 1, rate)
        for sku in (*current.gifts, *([gift] if gift else []))
        if (rate := rates.get(sku)) is not None
    ]
    return lines, gifts
