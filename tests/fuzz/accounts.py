"""A customer for the fuzzer: data with which the calls of an account work, or nearly do."""

from typing import Any
from uuid import UUID

from app.core.accounts import sessions
from app.core.accounts.sessions import SignedIn, Visitor
from app.core.transaction import Actor
from tests.drivers import saved_cards
from tests.drivers.shop import Shop, new_key
from tests.drivers.shopper import DEVICE, PASSWORD, Shopper, code_of
from tests.fakes.passkey import Authenticator

ADDRESS = {"name": "Ada", "lines": "12 St James's Square", "town": "London", "country": "GB"}


class Member:
    """One customer, in a new session for each call: many calls end their session."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.shopper = shop, Shopper(shop, app=True)
        self.email = f"{new_key()[:8]}@example.com"
        self.shopper.sign_in(email=self.email, password=PASSWORD)
        session = shop.account_session()
        self.customer_id: UUID = session.customer_id
        self.actor = Actor("shopper", "app", client_id=session.client_id)
        self.key = Authenticator()
        self._add_passkey(self.key)
        self.session = self._session()
        self.access = ""

    def _session(self) -> SignedIn:
        start = sessions.start
        return self.shop.runner.perform(
            lambda tx, visitor: start(tx, self.customer_id, visitor),
            Visitor(device=DEVICE),
            self.actor,
        )

    def aim(self, label: str) -> tuple[dict[str, Any], Any]:
        """Return the names of the path and a body; sign the shopper in if the call needs it."""
        self.session = self._session()
        assert self.session.tokens is not None
        self.shopper.tokens = {"access_token": self.session.tokens.access_token}
        self.access = self.session.tokens.access_token
        if "/erasure" in label:
            return {}, self._leaving(label)
        path = {"sku": "MUG"} if "{sku}" in label else {}
        if "{session_id}" in label:
            path = {"session_id": str(self._session().session_id)}
        if "{passkey_id}" in label:
            path = {"passkey_id": self._add_passkey(Authenticator())}
        if "{address_id}" in label:
            items = self.shopper.account("GET", "/addresses")["items"]
            items = items or self.shopper.account("POST", "/addresses", ADDRESS)["items"]
            path = {"address_id": items[0]["id"]}
        if "{saved_card_id}" in label:
            path = {"saved_card_id": self._save_card()}
        if label.startswith("POST /api/v1/account/cards"):
            self._forgive()
        if label == "GET /api/v1/account/cart":
            self.shopper.account("PUT", "/cart", {})
        return path, self._body(label)

    def token(self) -> str:
        return self.access

    def _body(self, label: str) -> Any:
        fresh = f"{new_key()[:8]}@example.com"
        plain: dict[str, Any] = {
            "POST /api/v1/account/codes": {"email": fresh},
            "PATCH /api/v1/account": {"name": "Ada"},
            "PUT /api/v1/account/password": {"password": PASSWORD},
            "POST /api/v1/account/contact-methods": {"email": fresh},
            "PUT /api/v1/account/cart": {},
            "PATCH /api/v1/account/preferences": {"channel": "sms", "store": "yrk"},
            "POST /api/v1/account/addresses": ADDRESS,
            "PUT /api/v1/account/addresses/{address_id}": ADDRESS,
            "POST /api/v1/account/cards": {"flow": "app"},
        }
        if label in plain:
            return plain[label]
        made = {
            "sign-in/code": lambda: self._code("sign_in", fresh),
            "sign-in/password": self._password,
            "sign-in/passkey": self._passkey,
            "password-reset": self._reset,
            "refresh": self._refresh,
            "contact-methods/verify": lambda: self._code("add_address", fresh),
            "account/passkeys": self._new_passkey,
        }
        ending = next(
            (name for name in made if label.startswith("POST") and label.endswith(name)), ""
        )
        return made[ending]() if ending else None

    def _code(self, purpose: str, email: str) -> dict[str, Any]:
        way = "/contact-methods" if purpose == "add_address" else "/codes"
        body = {"email": email} | ({} if purpose == "add_address" else {"purpose": purpose})
        challenge = self.shopper.account("POST", way, body)["challenge"]
        return {"challenge": challenge, "code": code_of(self.shop, challenge)}

    def _leaving(self, label: str) -> Any:
        """Use a new shopper, because an erased one cannot sign in."""
        leaving = Shopper(self.shop, app=True)
        leaving.sign_in(email=f"{new_key()[:8]}@example.com")
        self.access = str(leaving.tokens["access_token"])
        if label.endswith("/code"):
            return None
        challenge = leaving.account("POST", "/erasure/code")["challenge"]
        return {"challenge": challenge, "code": code_of(self.shop, challenge)}

    def _reset(self) -> dict[str, Any]:
        self._forgive()
        return self._code("reset", self.email) | {"password": PASSWORD}

    def _password(self) -> dict[str, Any]:
        self._forgive()
        self.shopper.account("PUT", "/password", {"password": PASSWORD})
        return {"email": self.email, "password": PASSWORD}

    def _refresh(self) -> dict[str, Any]:
        tokens = self._session().tokens
        assert tokens is not None
        return {"refresh_token": tokens.refresh_token, "device": DEVICE}

    def _passkey(self) -> dict[str, Any]:
        requested = self.shopper.account("POST", "/sign-in/passkey/options")
        return {
            "challenge": requested["challenge"],
            "credential": self.key.get(requested["options"]),
        }

    def _new_passkey(self) -> dict[str, Any]:
        self.shop.change("DELETE FROM account_passkeys WHERE name = 'more'")
        requested = self.shopper.account("POST", "/passkeys/options")
        credential = Authenticator().create(requested["options"])
        return {"challenge": requested["challenge"], "credential": credential, "name": "more"}

    def _add_passkey(self, key: Authenticator) -> str:
        self.shop.change("DELETE FROM account_passkeys WHERE name = 'more'")
        requested = self.shopper.account("POST", "/passkeys/options")
        name = "more" if key is not self.key else "first"
        body = {"challenge": requested["challenge"], "credential": key.create(requested["options"])}
        items = self.shopper.account("POST", "/passkeys", body | {"name": name})["items"]
        return str(next(one["id"] for one in items if one["name"] == name))

    def _save_card(self) -> str:
        self._forgive()
        saved_cards.ask(self.shopper)
        self.shop.provider.give_card(saved_cards.payer(self.shop, self.email), new_key()[:4])
        return str(saved_cards.listed(self.shopper)[0]["id"])

    def _forgive(self) -> None:
        """Reset the attempts: the fuzzer's own wrong guesses must not block the right ones."""
        self.shop.change("DELETE FROM rate_limits")
