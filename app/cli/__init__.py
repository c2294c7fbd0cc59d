"""The flask commands."""

from flask import Flask

from app.cli import (
    access,
    check,
    database,
    error_reference,
    imports,
    invoices,
    parity,
    people,
    prices,
    processes,
    recipients,
    reconcile,
    report,
)


def register(app: Flask) -> None:
    for command in (
        database.migrate, database.setup, imports.imports, access.device, access.client,
        people.staff, people.user, prices.prices, invoices.invoice, parity.parity, recipients.recipients,
        report.report, reconcile.reconcile,
        check.audit_command, check.story, check.openapi,
        error_reference.error_reference, processes.worker, processes.seal, processes.jobs,
    ):  # fmt: skip
        app.cli.add_command(command)
