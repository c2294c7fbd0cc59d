"""A person whose marks are all over a shop: in orders, messages, the account, and every other place that keeps
data."""

from typing import Any

from app.config import Settings
from app.jobs.registry import TASKS
from app.wiring import make_channels
from tests.drivers import customers, invoices, saved_cards
from tests.drivers.catalogue import done
from tests.drivers.shop import Placed, Shop, new_key
from tests.drivers.shopper import PASSWORD, Shopper, code_of
from tests.fakes.passkey import Authenticator

MARK = "marker"
CONTACT = {"name": "Mia Marker", "email": "mia.marker@example.com", "phone": "+44113marker"}
OWN, NUMBER = "ann@marker.example.com", "+44 113 496 0321"
HOME = dict.fromkeys(("label", "name", "lines", "town", "postcode"), f"{MARK} 1") | {
    "country": "GB"
}
SEALED = {("idempotency_keys", "body"), ("account_challenges", "encrypted_address")}
TEXT = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name <> 'alembic_version'
      AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea', 'ARRAY', 'tsvector', 'USER-DEFINED')
      AND udt_name <> 'xid8'
"""


class Scene:
    """A person whose name, address, number and texts are all over the shop, and another person."""

    def __init__(self, shop: Shop, settings: Settings) -> None:
        self.shop, self.var = shop, settings.var
        ports = shop.app.extensions["ports"]
        object.__setattr__(ports, "channels", make_channels(settings))
        shop.stock("MUG", 800, lds=50)
        invoices.set_up(shop)
        self.mia = customers.add(shop, **CONTACT, loyalty_card="cardmarker")
        self.card = customers.add(shop, name="Marker, M.", email=None, phone=None)
        customers.merge(shop, self.mia, self.card)
        done(shop, "PATCH", f"customers/{self.mia}", {"tags": [MARK], "customer_group": "staff"})
        done(shop, "POST", f"customers/{self.card}/notes", {"body": f"Says {MARK}."})
        self.account()
        billing = invoices.BILLING | {"name": "Marker Ltd", "address": "1 Marker Street"}
        self.collected = self.order(
            self.mia, pickup_person={"name": "Paul Marker"}, billing=billing
        )
        shop.make_ready(self.collected)
        assert shop.hand_over(self.collected, 800, received_by="Rita Marker").status_code == 200
        self.cancelled = self.order(self.card)
        shop.call(
            "POST",
            f"/api/v1/orders/{self.cancelled.number}/cancel",
            self.cancelled.token,
            key=new_key(),
        )
        self.newsletter()
        self.other = customers.add(shop, name="Eve Other", email="eve.other@example.com")
        self.kept = self.order(
            self.other,
            contact=CONTACT
            | {"name": "Eve Other", "email": "eve.other@example.com", "phone": None},
        )
        self.run_jobs()

    def account(self) -> None:
        """Sign in as Ann, by phone number too, and let staff merge Ann with Mia."""
        ann = self.ann = Shopper(self.shop, app=True)
        self.sign_in(ann)
        ann.account("PATCH", "", {"name": f"Ann {MARK}"})
        ann.account("PUT", "/wishlist/MUG")
        ann.account("POST", "/addresses", HOME)
        ann.account("PATCH", "/preferences", {"channel": "email", "categories": [MARK]})
        ann.account("PUT", "/cart", {})
        requested = ann.account("POST", "/passkeys/options")
        made = {
            "challenge": requested["challenge"],
            "credential": Authenticator().create(requested["options"]),
        }
        ann.account("POST", "/passkeys", made | {"name": f"Key {MARK}"})
        saved_cards.give(ann, MARK, OWN)
        self.payer = saved_cards.payer(self.shop, OWN)
        saved_cards.ask(ann)
        Shopper(self.shop).ask(email=OWN)
        self.contact_method = ann.account("POST", "/contact-methods", {"phone": NUMBER})[
            "challenge"
        ]
        ann_id = self.shop.customer_id(OWN)
        self.shop.change(
            "UPDATE account_sessions SET name = 'marker', device = 'marker'",
            "UPDATE account_passwords SET hash = 'marker'",
        )
        customers.merge(self.shop, self.mia, str(ann_id))

    def sign_in(self, ann: Shopper) -> dict[str, Any]:
        challenge = ann.ask(email=OWN)
        given = {"challenge": challenge, "code": code_of(self.shop, challenge)}
        return ann.signed_in("code", given | {"password": PASSWORD, "name": f"Ann {MARK}"})

    def order(self, who: str, **changes: Any) -> Placed:
        return customers.order_of(self.shop, who, {"MUG": 1}, **{"contact": CONTACT, **changes})

    def newsletter(self) -> None:
        cart = self.shop.client.post("/api/v1/carts").get_json()
        customers.assign_cart(self.shop, cart, self.mia)
        body = {"purpose": "newsletter", "contact_channel": "email", "given": True, "text_version": "1",
                "email": CONTACT["email"]}  # fmt: skip
        answer = self.shop.call("PUT", f"/api/v1/carts/{cart['id']}/consents", cart["token"], body)
        assert answer.status_code == 200, answer.get_json()

    def run_jobs(self) -> None:
        """Run the queued jobs: send notifications, or delete messages."""
        queue = self.shop.app.extensions["ports"].jobs
        waiting, queue.queued = queue.queued, []
        for name, ids in waiting:
            TASKS[name].run(self.shop.jobs, **ids)

    def find_marks(self) -> dict[str, int]:
        """Return how often a mark of the person is found, by table and column. Stored responses are decrypted."""
        found: dict[str, int] = {}
        for table, column in self.shop.rows(TEXT):
            for (value,) in self.shop.rows(
                f"SELECT {column}::text FROM {table}"
                if (table, column) not in SEALED
                else f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"
            ):
                plain = self._opened(value) if isinstance(value, bytes) else str(value)
                if MARK in plain.lower():
                    found[f"{table}.{column}"] = found.get(f"{table}.{column}", 0) + 1
        return found

    def _opened(self, body: bytes) -> str:
        plain: bytes = self.shop.app.extensions["ports"].secrets.decrypt(body)
        return plain.decode()

    def messages(self) -> list[str]:
        return [path.read_text().lower() for path in (self.var / "mail").iterdir()]
