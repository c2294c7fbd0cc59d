"""What tests of adapters share."""

import pytest
import structlog

from app.adapters import stripe_transport


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway's log is one that can be captured: a logger that was used before writes where it first did."""
    monkeypatch.setattr(stripe_transport, "log", structlog.get_logger())
