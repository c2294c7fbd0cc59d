"""An account for every contact of a busy shop, and a day on which a shopper uses every part of an account."""

from tests.drivers import saved_cards
from tests.drivers.shop import LEEDS, Shop
from tests.drivers.shopper import ADA, PASSWORD, Shopper
from tests.fakes.passkey import Authenticator


def use_account(shop: Shop) -> None:
    """Sign in by each method, and read and change all data of an account."""
    guest, ada, phone = shop.cart({"S-1": 1}), Shopper(shop), Shopper(shop, app=True)
    ada.sign_in(cart={"id": guest["id"], "token": guest["token"]}, password=PASSWORD)
    requested = ada.account("POST", "/passkeys/options")
    key = Authenticator()
    made = {"challenge": requested["challenge"], "credential": key.create(requested["options"])}
    ada.account("POST", "/passkeys", made | {"name": "Phone"})
    requested = ada.account("POST", "/sign-in/passkey/options")
    given = {"challenge": requested["challenge"], "credential": key.get(requested["options"])}
    ada.signed_in("passkey", given)
    change_account(ada)
    challenge = phone.ask("reset", email=ADA)
    reset = {"challenge": challenge, "code": phone.read(challenge), "password": PASSWORD}
    phone.took(phone.call("POST", "account/password-reset", reset))
    phone.signed_in("password", {"email": ADA, "password": PASSWORD})
    assert phone.refresh().status_code == 200
    assert phone.refresh("0." + phone.tokens["refresh_token"]).status_code == 401
    requested = phone.account("POST", "/contact-methods", {"phone": "0113 496 0000"})
    given = {"challenge": requested["challenge"], "code": phone.read(requested["challenge"])}
    phone.account("POST", "/contact-methods/verify", given)
    use_cards(phone, ADA)
    change_account(phone)


def change_account(ada: Shopper) -> None:
    for path in (
        "",
        "/sessions",
        "/passkeys",
        "/addresses",
        "/wishlist",
        "/preferences",
        "/orders?limit=1",
    ):
        ada.account("GET", path)
    cart = ada.account("PUT", "/cart", {})["id"]
    assert ada.call("GET", f"carts/{cart}").status_code == 200
    assert ada.account("GET", "/cart")["id"] == cart
    ada.account("PUT", "/wishlist/S-1")
    ada.account("DELETE", "/wishlist/S-1")
    ada.account("PATCH", "", {"name": "Ada"})
    ada.account("PATCH", "/preferences", {"store": LEEDS, "channel": "sms", "categories": ["C1"]})
    address = {"name": "Ada", "lines": "1 High Street", "town": "Leeds", "country": "GB"}
    home = ada.account("POST", "/addresses", address)["items"][0]["id"]
    ada.account("PUT", f"/addresses/{home}", address)
    ada.account("DELETE", f"/addresses/{home}")
    ada.account("POST", "/sign-out")


def use_cards(ada: Shopper, email: str) -> None:
    """Save two cards, pay with one, pay on the page, and remove both; the jobs follow."""
    shop = ada.shop
    kept = [saved_cards.keep(ada, last4, email) for last4 in ("4242", "3184")]
    placed = saved_cards.order(ada, {"S-3": 1})
    assert saved_cards.paid(ada, placed, flow="app", card=kept[0])["status"] == "authorised"
    saved_cards.paid(ada, saved_cards.order(ada, {"S-3": 1}), save_card=True)
    for card in kept:
        assert ada.call("DELETE", f"{saved_cards.CARDS}/{card}").status_code == 204
    assert saved_cards.listed(ada) == []
    saved_cards.detach_removed_cards(shop)


ACCOUNTS = (
    """
    INSERT INTO customers (id, contact_id, created_at)
    SELECT gen_random_uuid(), id, now() FROM contacts
    """,
    """
    INSERT INTO identities (id, customer_id, kind, value, verified_at, created_at)
    SELECT gen_random_uuid(), id, 'email', id::text, now(), now() FROM customers
    """,
    """
    UPDATE orders o SET customer_id = k.id FROM customers k
    WHERE k.contact_id = o.contact_id AND o.number LIKE '%7'
    """,
    """
    INSERT INTO carts (id, client_id, sales_channel, customer_id, currency, created_at, last_activity_at)
    SELECT gen_random_uuid(), c.id, 'web', k.id, 'GBP', now(), now()
    FROM customers k, (SELECT id FROM api_clients LIMIT 1) c
    """,
    """
    INSERT INTO identities (id, customer_id, kind, value, verified_at, created_at)
    SELECT gen_random_uuid(), id, 'provider_customer', 'cus_' || id, now(), now() FROM customers
    """,
    """
    INSERT INTO saved_cards (id, customer_id, provider_id, brand, last4, created_at, removed_at, detached_at)
    SELECT gen_random_uuid(), id, 'pm_' || id, '', '', now(), now(), now() FROM customers
    """,
    """
    INSERT INTO card_setups (id, customer_id, created_at)
    SELECT gen_random_uuid(), id, TIMESTAMPTZ '2055-01-01' FROM customers
    """,
    """
    INSERT INTO account_passwords (customer_id, hash, changed_at) SELECT id, '', now() FROM customers
    """,
    """
    INSERT INTO account_challenges (id, purpose, locale, created_at, expires_at)
    SELECT gen_random_uuid(), 'use_passkey', '', now(), TIMESTAMPTZ '2055-01-01' FROM customers
    """,
    """
    INSERT INTO account_passkeys (id, customer_id, credential_id, public_key, sign_count, name, created_at)
    SELECT gen_random_uuid(), id, sha256(id::text::bytea), '', 0, '', now() FROM customers
    """,
    """
    INSERT INTO account_sessions (id, customer_id, client_id, sales_channel, name, generation, rotated_at,
        created_at, seen_at, expires_at)
    SELECT gen_random_uuid(), k.id, c.id, 'web', '', 1, now(), now(), now(), TIMESTAMPTZ '2055-01-01'
    FROM customers k, (SELECT id FROM api_clients LIMIT 1) c
    """,
    """
    INSERT INTO wishlist_items (customer_id, variant_id, created_at)
    SELECT k.id, v.id, now() FROM customers k, (SELECT id FROM variants WHERE sku = 'S-1') v
    """,
    """
    INSERT INTO preferences (customer_id, kind, value, stated_at) SELECT id, 'channel', 'sms', now() FROM customers
    """,
    """
    INSERT INTO postal_addresses (id, contact_id, label, name, lines, town, postcode, country, created_at)
    SELECT gen_random_uuid(), contact_id, '', '', '', '', '', 'GB', now() FROM customers
    """,
    """
    INSERT INTO rate_limits (purpose, subject, used, resets_at)
    SELECT 'code', id::text, 1, TIMESTAMPTZ '2055-01-01' FROM customers
    """,
)
