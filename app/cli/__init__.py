"""The flask commands."""

from flask import Flask

from app.cli import (
    access,
    check,
    database,
    error_reference,
    imports,
    invoices,
    orders,
    parity,
    prices,
    processes,
    recipients,
    reconcile,
    report,
    staff_and_users,
)


def register(app: Flask) -> None:
    for command in (
        database.migrate, database.setup, imports.imports, access.device, access.client,
        staff_and_users.staff, staff_and_users.user, prices.prices, invoices.invoice, parity.parity,
        recipients.recipients, report.report, reconcile.reconcile,
        check.check_command, orders.order, check.openapi,
        error_reference.error_reference, processes.worker, processes.seal, processes.jobs,
    ):  # fmt: skip
        app.cli.add_command(command)
