"""The United Kingdom's standard rate of VAT through time. Pure."""

from datetime import date

STANDARD_RATES = (
    (date(2011, 1, 4), 200_000),
    (date(2010, 1, 1), 175_000),
    (date(2008, 12, 1), 150_000),
    (date(1991, 4, 1), 175_000),
    (date(1979, 6, 18), 150_000),
)
"""(first day, rate in ten-thousandths of a percent), the newest first: Value Added Tax Act 1994, section 2, as
amended."""


def standard_rate(day: date) -> int:
    """Return the rate on a day. Raises ValueError for a day before the first known one."""
    for first_day, rate in STANDARD_RATES:
        if day >= first_day:
            return rate
    raise ValueError(f"The rate of VAT is known since {STANDARD_RATES[-1][0]}, not on {day}.")
