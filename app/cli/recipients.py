"""flask recipients: who outside gets people's data."""

import json

import click

from app.core.privacy.processors import public_register


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A list that a program can read.")
def recipients(as_json: bool) -> None:
    """List every outside recipient of personal data, and the fields that it gets."""
    if as_json:
        click.echo(json.dumps(public_register()))
        return
    for one in public_register():
        click.echo(f"{one['name']} (where {one['when']} is set): {one['purpose']}.")
        click.echo(f"  gets: {', '.join(one['fields'])}")
        click.echo(f"  by: {one['basis']}")
