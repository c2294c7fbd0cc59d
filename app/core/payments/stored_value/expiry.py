"""How long a gift card is valid, by the country of its sale. Pure."""

from datetime import datetime, timedelta

YEARS = {
    "IE": 5,  # Consumer Protection (Gift Vouchers) Act 2019, section 66A
    "DE": 3,  # § 195, § 199 BGB: to the end of the third year after the sale
    "AT": 30,  # § 1478 ABGB; shorter terms were struck down (OGH 7 Ob 22/12d)
    "US": 5,  # 15 U.S.C. § 1693l-1 (c)(2): no earlier than five years after issue
    "AU": 3,  # Competition and Consumer Act 2010, section 99B
}
"""The shortest term that the law allows, in years. In other countries a card does not expire."""


def expires_at(country: str, sold_at: datetime) -> datetime | None:
    """Return the moment from which the card is no longer valid, or None if it never expires."""
    years = YEARS.get(country)
    if years is None:
        return None
    if country == "DE":
        return sold_at.replace(
            year=sold_at.year + years + 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
    try:
        return sold_at.replace(year=sold_at.year + years)
    except ValueError:  # the 29th of February
        return (sold_at + timedelta(days=1)).replace(year=sold_at.year + years)
