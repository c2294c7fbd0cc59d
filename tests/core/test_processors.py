"""No outside party gets personal data without an entry in the register of processors."""

import json
from pathlib import Path

from app.core.privacy.processors import PROCESSORS, public_register
from tests.drivers.shop import Shop
from tests.test_architecture import files, imported, name

SPEAKING = {
    "aiohttp", "boto3", "ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "stripe",
    "telnetlib", "urllib.request", "urllib3", "websocket",
}  # fmt: skip
"""Modules that can send data outside."""
ANSWERING = {"app.channels.live.stream"}
"""Those that only respond to requests: the live pages."""


IMPERSONAL = {
    "app.adapters.witnesses", "app.adapters.stripe_transport", "app.adapters.stripe_webhooks",
    "app.adapters.stripe_cards", "app.adapters.stripe_readers",
}  # fmt: skip
"""Those that send no personal data: the position and hash of the event chain; imports; parts of the gateway,
which is in the register itself."""


def sending_modules() -> set[str]:
    """Return our modules that can send data to an outside party."""
    return {
        name(path).removesuffix(".py").replace("/", ".") for path in files("app") if can_send(path)
    }


def can_send(path: Path) -> bool:
    return bool(imported(path) & SPEAKING)


def test_every_module_that_can_send_data_outside_is_in_the_register() -> None:
    assert sending_modules() - ANSWERING - IMPERSONAL == {one.module for one in PROCESSORS}


def test_the_search_finds_a_module_that_sends_data(tmp_path: Path) -> None:
    path = tmp_path / "spy.py"
    path.write_text("from http.client import HTTPSConnection\n")
    assert can_send(path)


def test_the_register_is_public_and_printed_by_a_command(shop: Shop) -> None:
    items = shop.client.get("/api/v1/recipients").get_json()["items"]
    assert items == json.loads(json.dumps(public_register()))
    assert "e-mail address" in items[0]["fields"]
    run = shop.app.test_cli_runner()
    assert json.loads(run.invoke(args=["recipients", "--json"]).output) == items
    reported = run.invoke(args=["recipients"]).output
    assert all(
        one.name in reported and field in reported for one in PROCESSORS for field in one.fields
    )
