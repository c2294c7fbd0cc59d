"""Fixtures that the tests of adapters share."""

import pytest
import structlog

from app.adapters import stripe_transport


@pytest.fixture
def gateway_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the gateway's log capturable: a logger that was used before keeps its first output stream."""
    monkeypatch.setattr(stripe_transport, "log", structlog.get_logger())
