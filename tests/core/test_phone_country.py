"""A phone number without a country code is read by the country of the store, else by that of the shop."""

from pathlib import Path
from urllib.parse import quote

from app.config import Settings
from app.wiring import make_ports
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop

CONTACT = """SELECT c.phone FROM contacts c JOIN orders o ON o.contact_id = c.id WHERE o.number = :number"""


def in_germany(shop: Shop) -> None:
    shop.change("UPDATE locations SET country = 'DE'")
    done(shop, "PUT", "tax-rates", {"country": "DE", "category": "standard", "rate": 190_000})


def test_an_order_keeps_the_number_as_the_stores_country_reads_it(shop: Shop) -> None:
    in_germany(shop)
    shop.stock("MUG", 1200, lds=5)
    for email in ("ada@example.com", None):
        placed = shop.order(
            {"MUG": 1}, contact={"name": "Ada", "email": email, "phone": "0171 1234567"}
        )
        [phone] = shop.rows(CONTACT, number=placed.number)
        assert phone == ("+491711234567",)


def test_a_till_finds_a_customer_by_the_number_as_it_is_dialled_there(shop: Shop) -> None:
    in_germany(shop)
    made = shop.staff("POST", "customers", {"name": "Ada", "phone": "0171 1234567"})
    assert made.status_code == 201, made.get_json()
    for number in ("01711234567", "+49 171 1234567"):
        path = f"customers?by=phone&value={quote(number)}"
        found = shop.staff("GET", path).get_json()
        assert [one["id"] for one in found["items"]] == [made.get_json()["id"]]


def test_without_a_store_the_country_of_the_shop_counts(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, secret_key="x" * 40, country="NL")
    assert make_ports(settings, {}).phones.normalise("06 12345678") == "+31612345678"
