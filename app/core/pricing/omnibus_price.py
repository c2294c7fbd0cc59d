"""The prior price that a price reduction must show, by Directive 98/6/EC, article 6a.

Paragraphs 1 and 2: it is the lowest price in at least the 30 days before the reduction. For a reduction that grows
step by step, member states may allow the price before the first step (paragraph 5). This module returns the lower
price, which is right in every state.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    case,
    cast,
    literal_column,
    select,
)

from app.core.pricing.models import Price


def price_context(at: Any, channel: Any, location_id: Any) -> Any:
    """Return a table of one row with the moment, channel and location for `lowest_prior_price`. The enclosing
    query joins it."""
    return (
        select(
            cast(at, DateTime(timezone=True)).label("at"),
            cast(channel, Text).label("channel"),
            cast(location_id, Uuid).label("location_id"),
        )
        .correlate_except()
        .lateral("context")
    )


def lowest_prior_price() -> ColumnElement[Any]:
    """Return the lowest price of the 30 days before the reduction, for the enclosing query's row of `prices` and
    its `context`. Promotions do not count, because products do not show them.

    NULL if the row is not reduced, and if the variant had no price before: then there is no prior price.
    """
    return case((Price.compare_at.is_not(None), literal_column(_LOWEST, BigInteger)))


# `known` are the rows of the base prices and of all lists that apply there. Of the rows in force at a moment, the
# row of the list with the first place was shown. A reduction began with the first row that showed this price as
# reduced, or when the last list before it ended. A row that only changes `compare_at` begins no new reduction. The
# shown price changes only when a row starts, so those `moments` and the start of the 30 days are enough.
_BASE = "2147483647"
_LOWEST = f"""(
    WITH lists AS (
        SELECT l.id, row_number() OVER (ORDER BY l.priority, l.code) AS place FROM price_lists l
        WHERE l.currency = prices.currency AND l.customer_group IS NULL
            AND (l.channel IS NULL OR l.channel = context.channel)
            AND (l.location_id IS NULL OR l.location_id = context.location_id)
    ), known AS (
        SELECT {_BASE} AS place, b.starts_at, b.amount, b.compare_at,
            lead(b.starts_at) OVER (ORDER BY b.starts_at) AS ends_at
        FROM prices b
        WHERE b.list_id IS NULL AND b.variant_id = prices.variant_id AND b.currency = prices.currency
            AND b.min_quantity = 1 AND b.starts_at <= context.at
        UNION ALL
        SELECT i.place, l.starts_at, l.amount, l.compare_at,
            lead(l.starts_at) OVER (PARTITION BY l.list_id ORDER BY l.starts_at)
        FROM lists i JOIN prices l ON l.list_id = i.id
        WHERE l.variant_id = prices.variant_id AND l.min_quantity = 1 AND l.starts_at <= context.at
    ), shown AS (
        SELECT coalesce((SELECT place FROM lists WHERE id = prices.list_id), {_BASE}) AS place
    ), own AS (
        SELECT k.starts_at, k.amount IS NOT DISTINCT FROM prices.amount AND k.compare_at IS NOT NULL AS same
        FROM known k JOIN shown USING (place)
    ), began AS (
        SELECT greatest(
            (SELECT min(starts_at) FROM own
            WHERE starts_at > coalesce((SELECT max(o.starts_at) FROM own o WHERE NOT o.same), '-infinity')),
            (SELECT max(k.ends_at) FROM known k, shown WHERE k.place < shown.place AND k.amount IS NOT NULL)
        ) AS at
    ), moments AS (
        SELECT at - interval '30 days' AS at FROM began
        UNION ALL
        SELECT k.starts_at FROM known k, began
        WHERE k.starts_at > began.at - interval '30 days' AND k.starts_at < began.at
    )
    SELECT min((
        SELECT k.amount FROM known k
        WHERE k.starts_at <= m.at AND (k.ends_at > m.at OR k.ends_at IS NULL) AND k.amount IS NOT NULL
        ORDER BY k.place LIMIT 1
    )) FROM moments m
)"""  # noqa: S608 - a constant of this file
