"""flask errors: the reference of error codes, docs/errors.md."""

import click

from app.core.error_codes import ERROR_CODES

HEAD = """# Error codes

Every refusal has the body `{"code", "status", "message", "errors"}`. `code` is for programs, `message` tells a
person what to do next, `errors` holds the fields that are wrong or the data that a program needs.

New codes may appear at any time: treat a code that you do not know by its HTTP status. The meaning of a published
code never changes. `flask errors > docs/errors.md` makes this page from `app/core/error_codes.py`.

| code | status | meaning | what to do |
|---|---|---|---|
"""


def reference() -> str:
    """Return docs/errors.md."""
    rows = (
        f"| `{code}` | {error.status} | {error.meaning} | {error.remedy} |\n"
        for code, error in sorted(ERROR_CODES.items())
    )
    return HEAD + "".join(rows)


@click.command("errors")
def error_reference() -> None:
    """Print the reference of all error codes (docs/errors.md)."""
    click.echo(reference(), nl=False)
