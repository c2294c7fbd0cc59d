"""The money report: captures, refunds, chargebacks and fees by day, summed from the payment events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

SUMS = ("captured", "refunded", "charged_back", "fees", "rounding", "net")


@dataclass(frozen=True)
class DaySums:
    """Minor units of the currency. Refunds and chargebacks are net of their reversals."""

    day: date
    """In the store's time zone."""
    channel: str
    """Where the order was started, so that a refund is booked to the channel of its sale."""
    store: str | None
    tender: str
    currency: str
    captured: int
    refunded: int
    charged_back: int
    fees: int
    rounding: int
    """Cash rounding: what drawers hold beyond the amounts (negative: less)."""
    net: int
    """captured − refunded − charged back − fees + rounding."""


def money_report(reader: Session | Connection, first: date, last: date) -> list[DaySums]:
    """Return the days from `first` to `last`, both included, sorted, in one statement.

    Imported orders were paid elsewhere and are left out.
    """
    values = {
        "first": first, "last": last,
        "since": first - timedelta(days=1), "until": last + timedelta(days=2),
    }  # fmt: skip
    return [DaySums(**row) for row in reader.execute(_REPORT, values).mappings()]


class CurrencySums(NamedTuple):
    currency: str
    captured: int
    refunded: int
    charged_back: int
    fees: int
    rounding: int
    net: int


def totals(rows: Sequence[DaySums]) -> list[CurrencySums]:
    """Return the sums of all rows by currency."""
    currencies = sorted({row.currency for row in rows})
    return [
        CurrencySums(
            currency,
            *(sum(getattr(row, name) for row in rows if row.currency == currency) for name in SUMS),
        )
        for currency in currencies
    ]


# The index on occurred_at narrows the events to the days around; the store's time zone decides the day.
_REPORT = text("""
    WITH moved AS (
        SELECT CAST(e.occurred_at AT TIME ZONE coalesce(l.timezone, 'UTC') AS date) AS day,
            o.started_channel AS channel, l.code AS store, coalesce(e.refund_method, p.method) AS tender,
            p.currency, e.kind, e.amount, e.rounding
        FROM payment_events e JOIN payments p ON p.id = e.payment_id JOIN orders o ON o.id = e.order_id
            LEFT JOIN LATERAL (
                SELECT location_id FROM fulfilments WHERE order_id = o.id ORDER BY id LIMIT 1) f ON true
            LEFT JOIN locations l ON l.id = coalesce(p.location_id, f.location_id)
        WHERE e.occurred_at >= CAST(:since AS date) AND e.occurred_at < CAST(:until AS date)
            AND e.kind NOT IN ('authorise', 'void') AND o.status <> 'imported'
    ), summed AS (
        SELECT day, channel, store, tender, currency,
            coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS captured,
            coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0)
                - coalesce(sum(amount) FILTER (WHERE kind = 'refund_reversed'), 0) AS refunded,
            coalesce(sum(amount) FILTER (WHERE kind = 'chargeback'), 0)
                - coalesce(sum(amount) FILTER (WHERE kind = 'chargeback_reversed'), 0) AS charged_back,
            coalesce(sum(amount) FILTER (WHERE kind = 'fee'), 0) AS fees,
            coalesce(sum(CASE kind WHEN 'capture' THEN rounding ELSE -rounding END), 0) AS rounding
        FROM moved WHERE day BETWEEN :first AND :last GROUP BY day, channel, store, tender, currency
    )
    SELECT day, channel, store, tender, currency, CAST(captured AS bigint) AS captured,
        CAST(refunded AS bigint) AS refunded, CAST(charged_back AS bigint) AS charged_back,
        CAST(fees AS bigint) AS fees, CAST(rounding AS bigint) AS rounding,
        CAST(captured - refunded - charged_back - fees + rounding AS bigint) AS net
    FROM summed ORDER BY day, channel, store, tender, currency
""")
