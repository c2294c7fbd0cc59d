"""What a log tells of an error: where it came from and of which kind, not what it says."""

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


def test_an_error_is_told_by_place_and_kind_with_its_causes_and_without_its_words() -> None:
    reported = traceback_without_messages(refused())
    assert ADDRESS not in reported
    assert reported.index("SMTPRecipientsRefused") < reported.index("ValueError")
    assert "test_logs.py" in reported


def test_what_libraries_log_is_told_in_the_same_way() -> None:
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
