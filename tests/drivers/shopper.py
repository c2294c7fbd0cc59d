"""A shopper with an account, over HTTP: in a browser by a cookie, in the app by tokens."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.accounts import codes
from app.core.accounts.models import Challenge
from app.core.ports import OutgoingMessage
from app.jobs.notifications import send_code
from tests.drivers.shop import Shop

ADA, BOB = "ada@example.com", "bob@example.com"
PASSWORD = "long enough to remember"
HERE = "http://localhost"
DEVICE = "the device of ada, kept in its keystore"


class Shopper:
    """A shopper in a browser, or in the app."""

    def __init__(self, shop: Shop, app: bool = False) -> None:
        self.shop, self.app = shop, app
        self.client = shop.app.test_client()
        self.tokens: dict[str, Any] = {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Call `/api/v1/…` with the shopper's current token."""
        sent = {"X-Client-Key": self.shop.keys["app"]} if self.app else {"Origin": HERE}
        if self.tokens:
            sent["Authorization"] = f"Bearer {self.tokens['access_token']}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/api/v1/{path}", method=method, json=body, headers=sent)

    def account(self, method: str, path: str = "", body: Any = None) -> Any:
        """Make a call that has to succeed."""
        answer = self.call(method, f"account{path}", body)
        assert answer.status_code < 300, answer.get_json()
        return answer.get_json() if answer.data else None

    def ask(self, purpose: str = "sign_in", **typed: str) -> str:
        """Request a code; return the challenge."""
        requested = self.account("POST", "/codes", {"purpose": purpose, **typed})
        return str(requested["challenge"])

    def read(self, challenge: str) -> str:
        """Return the code as it arrives, after the worker has sent it."""
        letter = sent_code(self.shop, challenge)
        assert letter is not None
        return str(letter.facts["code"])

    def sign_in(self, **typed: Any) -> dict[str, Any]:
        """Sign in by a code; a new address gets an account. `more` is sent besides the address."""
        contact = {name: typed.pop(name) for name in ("email", "phone") if name in typed}
        challenge = self.ask(**contact or {"email": ADA})
        given = {"challenge": challenge, "code": self.read(challenge)}
        return self.signed_in("code", given | typed)

    def claim_orders(self) -> list[str]:
        """Claim every guest order with a verified address of the shopper; return the numbers."""
        numbers = [one["number"] for one in self.account("GET", "/claimable-orders")["items"]]
        claimed = self.account("POST", "/claimed-orders", {"orders": numbers}) if numbers else {}
        return list(claimed.get("orders", []))

    def signed_in(self, way: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.app:
            body = {"device": DEVICE} | body
        return self.took(self.call("POST", f"account/sign-in/{way}", body))

    def took(self, answer: TestResponse) -> dict[str, Any]:
        """Keep the tokens of a response that signed the shopper in."""
        assert answer.status_code == 200, answer.get_json()
        body: dict[str, Any] = answer.get_json()
        self.tokens = body["tokens"] or {}
        return body

    def refresh(self, token: str | None = None, device: str = DEVICE) -> TestResponse:
        body = {"refresh_token": token or self.tokens["refresh_token"], "device": device}
        return self.call("POST", "account/refresh", body)


def sent_code(shop: Shop, challenge: str) -> OutgoingMessage | None:
    """Return the email or text message with the code; None if none was sent."""
    send_code(shop.jobs, challenge)
    ports = shop.runner.ports
    sent: list[OutgoingMessage] = [*ports.channels["email"].sent, *ports.channels["sms"].sent]  # type: ignore[attr-defined]
    return next((letter for letter in sent if str(letter.id) == challenge), None)


def code_of(shop: Shop, challenge: str) -> str:
    """Return the right code, whether or not it was sent."""
    with Session(shop.engine) as session:
        found = session.get_one(Challenge, UUID(challenge))
        return codes.derive(shop.runner.ports.secrets, found)


def wrong_code(right: str) -> str:
    return f"{(int(right) + 1) % 10 ** len(right):0{len(right)}}"
