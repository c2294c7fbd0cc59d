"""What a promotion would do to a sample cart, beside those in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.core.pricing import rules
from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.promotion import Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.promotions import queries
from app.core.pricing.promotions.create_promotion import CreatePromotion, engine_promotion


@dataclass(frozen=True)
class Sample:
    lines: Mapping[str, int]
    """SKU to quantity."""
    channel: str
    location: str
    country: str
    zone: str


def preview(
    reader: Connection, command: CreatePromotion, sample: Sample, at: datetime
) -> tuple[Quote, Quote]:
    """The quotes without and with it; coupons and a first order are taken as given. Raises Invalid."""
    new = engine_promotion(command)
    known = rules.current(reader, reader.execute(select(rules.version())).scalar())
    items = queries.items(reader, dict(sample.lines), command.currency, known, sample.country, at)
    context = Context(
        at, sample.zone, sample.channel, sample.location, first_order=True, coupons=frozenset({new.code})
    )  # fmt: skip
    before = known.promotions_in(command.currency)
    gifts = queries.items(
        reader, {new.gift: 1} if new.gift else {}, command.currency, known, sample.country, at
    )
    tax = known.market(sample.country)
    return (
        quote(command.currency, items, rules=tax, promotions=before, context=context),
        quote(
            command.currency, items, rules=tax, gifts=gifts, context=context,
            promotions=Promotions([*before.all(), new]),
        ),
    )  # fmt: skip
