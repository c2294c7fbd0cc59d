"""The stand-in as `make run` starts it: a process, with a file that keeps all state over a restart."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.adapters.stripe_gateway import StripeGateway
from app.config import ROOT
from devtools.stripe_standin.control import Control
from tests.drivers.stripe_standin import requested


@contextmanager
def process(state: Path) -> Iterator[str]:
    command = [
        sys.executable,
        "-m",
        "devtools.stripe_standin",
        "--port",
        "0",
        "--secret",
        "whsec_x",
    ]
    with subprocess.Popen(
        [*command, "--state", state], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        line = running.stdout.readline()
        assert "no money moves" in line
        found = re.search(r"http://\S+", line)
        assert found
        yield found[0]
        running.terminate()
        assert running.wait(10) == 0


def test_a_restart_loses_nothing(tmp_path: Path):
    state, key = tmp_path / "new" / "stripe.json", "sk_test_demo"
    with process(state) as url:
        gateway = StripeGateway(key, "whsec_x", url)
        page = gateway.create_checkout_session(
            requested(), "https://shop.test", datetime.now(UTC) + timedelta(hours=1), "page"
        )
        Control(url, key).pay(page.id)
        seen = gateway.get_payment(gateway.get_checkout_session(page.id).provider_id or "")
        captured = gateway.capture(seen.id, 4000, "capture")
    with process(state) as url:
        gateway, control = StripeGateway(key, "whsec_x", url), Control(url, key)
        assert gateway.get_payment(seen.id) == captured
        assert gateway.capture(seen.id, 4000, "capture") == captured, "keys are remembered, too"
        assert len(control.take_webhooks()) > 3


def test_the_state_file_is_written_atomically(tmp_path: Path):
    state = tmp_path / "stripe.json"
    with process(state) as url:
        StripeGateway("sk_test_demo", "", url).create_payment_intent(requested(), "open")
        assert "payment_intent.created" in state.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["stripe.json"]
