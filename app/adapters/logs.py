"""Structured logs: one JSON line per event on standard error, with request and order ids, no personal data."""

import logging
import sys
import traceback
from typing import Any

import orjson
import structlog

LINE = "%(levelname)s %(name)s: %(message)s"


def configure(log_format: str) -> None:
    """Configure logs as "json", or as "console" for people, which includes the messages of errors."""
    for_people = log_format == "console"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if for_people:
        renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        factory: Any = structlog.PrintLoggerFactory(sys.stderr)
    else:
        shared.append(
            structlog.processors.ExceptionRenderer(
                lambda error: traceback_without_messages(error[1])
            )
        )
        renderer = structlog.processors.JSONRenderer(serializer=_to_json)
        factory = structlog.BytesLoggerFactory(sys.stderr.buffer)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    # Libraries log warnings and errors only.
    others = logging.StreamHandler()
    others.setFormatter((logging.Formatter if for_people else TraceFormatter)(LINE))
    logging.basicConfig(level=logging.WARNING, handlers=[others])
    logging.getLogger("procrastinate.periodic").setLevel(logging.ERROR)


def traceback_without_messages(error: BaseException | None) -> str:
    """Return the tracebacks and types of an error and its causes, the first cause first, without messages.

    Messages quote data: the database quotes the row that it refuses, the mail server quotes the address.
    """
    parts: list[str] = []
    while error is not None:
        state = getattr(error, "sqlstate", None)
        kind = f"{type(error).__module__}.{type(error).__qualname__}"
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.insert(0, f"{frames}{kind}{f' {state}' if state else ''}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(parts)


class TraceFormatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the library's name
        return traceback_without_messages(ei[1])


def _to_json(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)
