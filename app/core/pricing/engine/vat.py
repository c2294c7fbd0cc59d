"""The United Kingdom's standard rate of VAT through time. Pure."""

from datetime import date

STANDARD_RATES = (
    (date(2011, 1, 4), 2000),
    (date(2010, 1, 1), 1750),
    (date(2008, 12, 1), 1500),
    (date(1991, 4, 1), 1750),
    (date(1979, 6, 18), 1500),
)
"""(from that day on, basis points), the newest first: Value Added Tax Act 1994, section 2, as amended."""


def standard_rate(day: date) -> int:
    """Basis points on a day. Raises ValueError for a day before those that are known."""
    for since, rate in STANDARD_RATES:
        if day >= since:
            return rate
    raise ValueError(f"The rate of VAT is known since {STANDARD_RATES[-1][0]}, not on {day}.")
