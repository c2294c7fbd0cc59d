"""Structured logs: one JSON line an event on standard output, with request and order ids, no personal data."""

import logging
import sys
from typing import Any

import orjson
import structlog


def configure(log_format: str) -> None:
    """`log_format`: "json", or "console" for people."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if log_format == "console":
        renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        factory: Any = structlog.PrintLoggerFactory(sys.stdout)
    else:
        renderer = structlog.processors.JSONRenderer(serializer=_dumps)
        factory = structlog.BytesLoggerFactory(sys.stdout.buffer)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    # What libraries say goes to standard error, and only when it is worth a person's time.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("procrastinate.periodic").setLevel(logging.ERROR)


def _dumps(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)
