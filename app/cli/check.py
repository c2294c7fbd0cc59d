"""flask check and flask openapi."""

import json
import sys
from collections.abc import Sequence

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.session import engine, ports, with_database
from app.core import consistency, event_chain
from app.core.access import invariants as access
from app.core.consistency import Finding, Invariant
from app.core.conversations import invariants as conversations
from app.core.customers import invariants as customers
from app.core.fulfilment import invariants as fulfilment
from app.core.inventory import invariants as inventory
from app.core.invoicing import invariants as invoicing
from app.core.orders import invariants as orders
from app.core.payments import invariants as payments
from app.core.ports import ChainHead
from app.core.pricing import invariants as pricing
from app.core.privacy import invariants as privacy

ROOMS = (
    payments, pricing, orders, invoicing, inventory, fulfilment, conversations, access, customers, privacy,
    consistency,
)  # fmt: skip
INVARIANTS = sorted(
    (invariant for room in ROOMS for invariant in room.INVARIANTS),
    key=lambda invariant: int(invariant.id[1:]),
)


def check_invariants(session: Session) -> list[Finding]:
    """Check all invariants, in the order of their numbers, in one snapshot of the database."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    return [consistency.check(session, invariant) for invariant in INVARIANTS]


def _witness_invariant(heads: Sequence[ChainHead]) -> Invariant:
    return Invariant(
        "I20",
        f"the sealed chain goes through all {len(heads)} heads that SEAL_WITNESS knows",
        lambda session: event_chain.missing_heads(session, heads),
    )


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
@with_database
def check_command(as_json: bool) -> None:
    """Run all invariants over stock, orders, money and events. Exit 1 if one is broken."""
    heads = list(ports().witness.heads())  # before the snapshot, which then contains all of them
    with Session(engine().execution_options(isolation_level="REPEATABLE READ")) as session:
        findings = check_invariants(session)
        if heads:
            findings.append(consistency.check(session, _witness_invariant(heads)))
    broken = sum(finding.violations for finding in findings)
    if as_json:
        rows = [
            {"id": one.id, "holds": one.holds, "violations": one.violations, "first": one.first}
            for one in findings
        ]
        click.echo(json.dumps({"violations": broken, "invariants": rows}))
    else:
        for one in findings:
            shown = f"  first: {', '.join(one.first)}" if one.first else ""
            click.echo(
                f"{'BROKEN' if one.violations else 'ok':>6}  {one.id:<4} {one.violations:>5}  {one.holds}{shown}"
            )
    sys.exit(1 if broken else 0)


@click.command()
@with_appcontext
def openapi() -> None:
    """Print the OpenAPI of all channels."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    click.echo(json.dumps(spec.to_dict(), indent=2))
