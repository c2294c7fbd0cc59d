"""The flask commands."""

from flask import Flask

from app.cli import checks, database, imports, running


def register(app: Flask) -> None:
    for command in (
        database.migrate, database.setup, imports.imports, checks.audit_command, checks.story, checks.openapi,
        running.worker, running.seal, running.jobs,
    ):  # fmt: skip
        app.cli.add_command(command)
