"""The flask commands."""

from flask import Flask

from app.cli import (
    access,
    checks,
    database,
    imports,
    papers,
    parity,
    people,
    prices,
    recipients,
    reconcile,
    report,
    running,
)


def register(app: Flask) -> None:
    for command in (
        database.migrate, database.setup, imports.imports, access.device, access.client,
        people.staff, people.user, prices.prices, papers.invoice, parity.parity, recipients.recipients,
        report.report, reconcile.reconcile,
        checks.audit_command, checks.story, checks.openapi,
        running.worker, running.seal, running.jobs,
    ):  # fmt: skip
        app.cli.add_command(command)
