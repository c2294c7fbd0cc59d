"""flask recipients: which organisations outside receive personal data."""

import json

import click

from app.core.privacy.processors import public_register


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list as JSON.")
def recipients(as_json: bool) -> None:
    """List each outside recipient of personal data with the fields that it receives."""
    if as_json:
        click.echo(json.dumps(public_register()))
        return
    for one in public_register():
        click.echo(f"{one['name']} (if {one['when']} is set): {one['purpose']}.")
        click.echo(f"  receives: {', '.join(one['fields'])}")
        click.echo(f"  legal basis: {one['basis']}")
