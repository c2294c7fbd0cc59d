"""flask migrate and flask setup."""

import logging

import click
from alembic import command as alembic
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection, text

from app.cli.demo import create_demo_legal_entity, create_demo_promotion, write_demo_file
from app.cli.imports import imports
from app.cli.session import engine, fail, perform, with_database
from app.config import ROOT, Settings
from app.core.access.api_clients import CreateStorefrontClient, create_storefront_client

DEMO = {
    "locations": "locations.csv",
    "catalogue": "products_export.csv",
    "stock": "inventory_export.csv",
}
"""The files in `demo/` to import into an empty demo shop, in this order."""


@click.command()
@click.option("--to", "level", default="head", show_default=True, help="The migration to go to.")
@with_database
def migrate(level: str) -> None:
    """Migrate the database to the level of this code."""
    run_migrations(level)
    if level == "head":
        perform(create_storefront_client, CreateStorefrontClient())
    click.echo(f"The database is at {level}.")


@click.command()
@click.pass_context
@with_database
def setup(context: click.Context) -> None:
    """Migrate, load the demo shop into an empty database, and write var/demo.json."""
    settings: Settings = current_app.config["SETTINGS"]
    run_migrations("head")
    perform(create_storefront_client, CreateStorefrontClient())
    with engine().connect() as connection:
        empty = connection.scalar(text("SELECT NOT EXISTS (SELECT 1 FROM locations)"))
    if empty:
        click.echo("Loading the demo shop: about 300 products in 12 locations …")
        for what, file in DEMO.items():
            context.invoke(imports.commands[what], file=ROOT / "demo" / file)
        create_demo_promotion(settings)
        create_demo_legal_entity()
    write_demo_file(settings)
    _print_addresses(settings)


def run_migrations(level: str) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine().connect() as connection:
        _refuse_unknown_revision(connection, config)
        # No time limit for a statement: a migration may take long while shops keep selling.
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        connection.commit()
        config.attributes["connection"] = connection
        alembic.upgrade(config, level)
        connection.invalidate()


def _refuse_unknown_revision(connection: Connection, config: Config) -> None:
    """Raise a ClickException if the database was made by code whose migrations are not here."""
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        settings: Settings = current_app.config["SETTINGS"]
        own = f"delete {settings.var / 'postgres'}"
        remedy = "use an empty database" if settings.database_url else own
        raise fail(
            f"The database is at revision {found} of another version, which cannot be migrated: {remedy}, "
            "then run this again."
        )


def _print_addresses(settings: Settings) -> None:
    click.echo(
        f"\n  Shop API        {settings.base_url}/api/v1/products\n"
        f"  API, readable   {settings.base_url}/api/docs\n"
        f"  Live streams    {settings.live_base_url}\n"
        f"  Keys for demos  {settings.var / 'demo.json'}\n"
        f"  Mails           {(settings.mail_url and 'sent by SMTP') or settings.var / 'mail'}\n"
    )
