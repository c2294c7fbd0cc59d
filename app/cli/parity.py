"""flask parity: prices and promotions that differ between channels or stores."""

import json
from collections.abc import Sequence

import click

from app.cli.session import engine, ports, with_database
from app.core.money import format_minor
from app.core.pricing import parity as differences
from app.core.pricing.parity import PriceDifference, PromotionDifference


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list as JSON.")
@with_database
def parity(as_json: bool) -> None:
    """List each price and promotion that differs by channel or location, with reason and approver."""
    with engine().connect() as reader:
        prices = differences.price_differences(reader, ports().clock.now())
        promotions = differences.promotion_differences(reader)
    if as_json:
        summary = {
            "differences": len(prices) + len(promotions),
            "prices": [one._asdict() for one in prices],
            "promotions": [one._asdict() for one in promotions],
        }
        click.echo(json.dumps(summary))
        return
    for line in [*map(_price, prices), *map(_promotion, promotions)]:
        click.echo(line)
    if not (prices or promotions):
        click.echo("Prices and promotions are the same in all channels and stores.")


def _price(one: PriceDifference) -> str:
    where = _scope([one.channel or ""], [one.location or ""])
    tier = f" from {one.min_quantity}" if one.min_quantity > 1 else ""
    base = "not sold" if one.base is None else format_minor(one.base, one.currency)
    amount = format_minor(one.amount, one.currency)
    return f"{one.list}: {one.sku}{tier} {amount}{where}, elsewhere {base}. {_reason(one)}"


def _promotion(one: PromotionDifference) -> str:
    return f"{one.code}: “{one.title}” only{_scope(one.channels, one.locations)}. {_reason(one)}"


def _scope(channels: Sequence[str], locations: Sequence[str]) -> str:
    """Return ` in app at lds, yrk`."""
    parts = (("in", [*filter(None, channels)]), ("at", [*filter(None, locations)]))
    return "".join(f" {word} {', '.join(codes)}" for word, codes in parts if codes)


def _reason(one: PriceDifference | PromotionDifference) -> str:
    return f"{one.reason or 'No reason given'} ({one.approved_by or 'not approved'})"
