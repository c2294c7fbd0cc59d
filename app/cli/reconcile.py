"""flask reconcile."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy.orm import Session

from app.cli.session import engine, fail, ports, runner, with_database
from app.core.payment_processing.provider_sync.reconcile import (
    Difference,
    SideStatus,
    differences,
    reconcile_since,
)
from app.core.provider import OutcomeUnknown

DEFAULT_PERIOD = timedelta(days=7)


@click.command()
@click.option(
    "--since",
    type=click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="The first moment, in UTC; by default a week ago.",
)
@click.option("--dry-run", is_flag=True, help="Print the differences without updating payments.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@with_database
def reconcile(since: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Update card payments from the payment provider. Print the remaining differences; exit 1 if there are any."""
    begin = since.replace(tzinfo=UTC) if since else ports().clock.now() - DEFAULT_PERIOD
    try:
        changed, found = _compare(begin, dry_run)
    except OutcomeUnknown:
        raise fail("The payment provider does not respond. Try again in a minute.") from None
    if as_json:
        rows = [asdict(one) for one in found]
        click.echo(json.dumps({"caught_up": changed, "differences": rows}))
    else:
        for one in found:
            click.echo(_describe(one))
        click.echo(f"{changed} payments updated, {len(found) or 'none'} differ.")
    sys.exit(1 if found else 0)


def _compare(since: datetime, dry_run: bool) -> tuple[int, list[Difference]]:
    """Return how many of our payments were updated, and the differences after that."""
    with Session(engine()) as session:
        changed = 0 if dry_run else reconcile_since(runner(), session, since)
        return changed, list(differences(runner(), session, since))


def _describe(one: Difference) -> str:
    order = one.order_number or "no order of ours"
    return f"{one.provider_id} ({order}): ours {_state(one.ours)}; theirs {_state(one.theirs)}"


def _state(status: SideStatus | None) -> str:
    if status is None:
        return "none"
    name, captured, refunded, charged_back = status
    lost = f", charged back {charged_back}" if charged_back else ""
    return f"{name}, captured {captured}, refunded {refunded}{lost}"
