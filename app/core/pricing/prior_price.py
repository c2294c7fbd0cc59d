"""The prior price that a reduction must tell, by Directive 98/6/EC, article 6a.

Paragraphs 1 and 2: it is the lowest price applied in at least the 30 days before the reduction. Member states may
let a reduction that grows step by step tell the price before its first step (paragraph 5); we tell the lower one,
which is right everywhere.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, literal_column

from app.core.pricing.models import Price


def lowest_before() -> ColumnElement[Any]:
    """The lowest price of the 30 days before the reduction that the enclosing query's row of `prices` shows.

    NULL where it shows none, and where nothing was sold before: then there is no prior price to tell.
    """
    return case((Price.compare_at.is_not(None), literal_column(_LOWEST, BigInteger)))


# `known` are the rows of the list and of the base, whose price is paid while the list has none. A reduction began
# with the first row that showed this price as reduced: a row that only changes what it is compared with begins no
# other. What is paid changes only where a row begins: those `moments` and the beginning of the 30 days will do.
_LOWEST = """(
    WITH known AS (
        SELECT false AS of_list, b.starts_at, b.amount, b.compare_at FROM prices b
        WHERE b.list_id IS NULL AND b.variant_id = prices.variant_id AND b.currency = prices.currency
            AND b.min_quantity = 1
        UNION ALL
        SELECT true, l.starts_at, l.amount, l.compare_at FROM prices l
        WHERE l.list_id = prices.list_id AND l.variant_id = prices.variant_id AND l.min_quantity = 1
    ), own AS (
        SELECT starts_at, amount IS NOT DISTINCT FROM prices.amount AND compare_at IS NOT NULL AS same FROM known
        WHERE of_list = (prices.list_id IS NOT NULL) AND starts_at <= prices.starts_at
    ), began AS (
        SELECT min(starts_at) AS at FROM own
        WHERE starts_at > coalesce((SELECT max(o.starts_at) FROM own o WHERE NOT o.same), '-infinity')
    ), moments AS (
        SELECT at - interval '30 days' AS at FROM began
        UNION ALL
        SELECT k.starts_at FROM known k, began
        WHERE k.starts_at > began.at - interval '30 days' AND k.starts_at < began.at
    )
    SELECT min(coalesce(
        (SELECT k.amount FROM known k WHERE k.of_list AND k.starts_at <= m.at
        ORDER BY k.starts_at DESC LIMIT 1),
        (SELECT k.amount FROM known k WHERE NOT k.of_list AND k.starts_at <= m.at
        ORDER BY k.starts_at DESC LIMIT 1)
    )) FROM moments m
)"""
