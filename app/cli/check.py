"""flask audit, flask story and flask openapi."""

import json
import sys
from collections.abc import Sequence

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.session import engine, fail, ports, with_database
from app.core import consistency, event_chain
from app.core.access import invariants as access
from app.core.consistency import Finding, Invariant
from app.core.conversations import invariants as conversations
from app.core.customers import invariants as customers
from app.core.fulfilment import invariants as fulfilment
from app.core.ids import order_number
from app.core.inventory import invariants as inventory
from app.core.invoicing import invariants as invoicing
from app.core.orders import invariants as orders
from app.core.orders.describe import tell_story
from app.core.payments import invariants as payments
from app.core.ports import ChainHead
from app.core.pricing import invariants as pricing
from app.core.privacy import invariants as privacy

ROOMS = (
    payments, pricing, orders, invoicing, inventory, fulfilment, conversations, access, customers, privacy,
    consistency,
)  # fmt: skip
INVARIANTS = sorted(
    (invariant for room in ROOMS for invariant in room.INVARIANTS), key=lambda one: int(one.id[1:])
)


def check_all(session: Session) -> list[Finding]:
    """Every invariant, in the order of their numbers, in one snapshot of the database."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    return [consistency.check(session, one) for one in INVARIANTS]


def _witnessed(heads: Sequence[ChainHead]) -> Invariant:
    return Invariant(
        "I20",
        f"the sealed chain goes through all {len(heads)} heads that SEAL_WITNESS knows",
        lambda session: event_chain.missing_heads(session, heads),
    )


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="A summary that a program can read.")
@with_database
def audit_command(as_json: bool) -> None:
    """Check that the books are right; exit 1 where an invariant is broken."""
    heads = list(ports().witness.heads())  # before the snapshot, which then has all that they know
    with Session(engine().execution_options(isolation_level="REPEATABLE READ")) as session:
        findings = check_all(session)
        if heads:
            findings.append(consistency.check(session, _witnessed(heads)))
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
@click.argument("number")
@with_database
def story(number: str) -> None:
    """Print an order's whole history, for a person."""
    known = order_number(number)
    if known is None:
        raise fail(f"{number} is not an order number: one character is wrong.")
    with Session(engine()) as session:
        lines = tell_story(session, known)
    if not lines:
        raise fail(f"There is no order {known}.")
    click.echo("\n".join(lines))


@click.command()
@with_appcontext
def openapi() -> None:
    """Print the OpenAPI of all channels."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    click.echo(json.dumps(spec.to_dict(), indent=2))
