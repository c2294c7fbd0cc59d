"""A log entry of an error has its place and kind, but not its message."""

import logging
from smtplib import SMTPRecipientsRefused

from app.adapters.logs import LINE, TraceFormatter, traceback_without_messages

ADDRESS = "ada@example.com"


def refused() -> Exception:
    try:
        try:
            raise SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})
        except SMTPRecipientsRefused as error:
            raise ValueError(f"could not write to {ADDRESS}") from error
    except ValueError as error:
        return error


def test_an_error_is_logged_with_place_kind_and_causes_but_without_its_message() -> None:
    reported = traceback_without_messages(refused())
    assert ADDRESS not in reported
    assert reported.index("SMTPRecipientsRefused") < reported.index("ValueError")
    assert "test_logs.py" in reported


def test_errors_that_libraries_log_are_logged_in_the_same_way() -> None:
    error = refused()
    record = logging.LogRecord(
        "queue",
        logging.ERROR,
        "",
        1,
        "Job %s failed",
        ("send_notification",),
        (type(error), error, None),
    )
    reported = TraceFormatter(LINE).format(record)
    assert reported.startswith("ERROR queue: Job send_notification failed")
    assert ADDRESS not in reported
