"""Time-outs grow outwards: each caller waits longer than the process that it calls."""

import ast
from datetime import timedelta

from stripe import HTTPClient

from app.adapters.stripe_transport import Timeouts
from app.config import ROOT
from app.core.payment_processing.provider_sync.reconcile import CALL_TIME

LIMITS = Timeouts()
LONGEST_CALL = (LIMITS.connect_seconds + LIMITS.read_seconds) * (1 + LIMITS.retries) + (
    HTTPClient.MAX_DELAY * 0.2 * LIMITS.retries
)
"""Seconds of one call to the provider with its repeat, and the pause before that."""


def gunicorn(setting: str) -> int:
    tree = ast.parse((ROOT / "gunicorn.conf.py").read_text())
    values = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    value = values[setting]
    assert isinstance(value, int)
    return value


def test_a_provider_call_times_out_before_gunicorn_ends_the_worker() -> None:
    assert gunicorn("timeout") > LONGEST_CALL


def test_a_stopped_worker_finishes_its_call() -> None:
    assert gunicorn("graceful_timeout") > LONGEST_CALL


def test_the_reconciler_skips_calls_that_are_still_in_progress() -> None:
    assert timedelta(seconds=LONGEST_CALL) < CALL_TIME
