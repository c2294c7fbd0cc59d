"""One customer: created, found by any identity, changed; each view leaves an event."""

import pytest

from tests.drivers import customers
from tests.drivers.catalogue import call, done, refused
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, YORK, Shop
from tests.drivers.shopper import Shopper

CONSENT = {"purpose": "offers", "contact_channel": "email", "given": True, "text_version": "1"}
NOBODY = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def ada(shop: Shop) -> str:
    shop.stock("MUG", 800, lds=50, yrk=50)
    return customers.add(shop, loyalty_card="4006 381")


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("email", " ada@EXAMPLE.com "),
        ("phone", "0044 (113) 496-0000"),
        ("loyalty_card", "4006381"),
        ("loyalty_card", "4006-381"),
    ],
)
def test_a_till_finds_a_customer_by_any_identity(shop: Shop, ada: str, by: str, value: str) -> None:
    (found,) = customers.at_till(shop, by, value)
    assert (found["id"], found["name"]) == (ada, "Ada Byron")
    assert (found["email"], found["phone"]) == ("A•••@Example.com", "•••000")


@pytest.mark.parametrize("kind", ["app_device", "provider_customer", "social"])
def test_a_till_finds_a_customer_by_identities_of_other_channels(
    shop: Shop, ada: str, kind: str
) -> None:
    shop.change(
        "INSERT INTO identities (id, customer_id, kind, value, created_at) "
        "VALUES (gen_random_uuid(), CAST(:who AS uuid), :kind, 'Xy-1', now())",
        who=ada,
        kind=kind,
    )
    assert [one["id"] for one in customers.at_till(shop, kind, "Xy-1")] == [ada]


def test_a_search_at_a_till_is_a_visit_in_the_timeline(shop: Shop, ada: str) -> None:
    customers.at_till(shop, "phone", "+44 113 496 0000", YORK)
    first = customers.timeline(shop, ada)[0]
    assert (first["kind"], first["text"]) == (
        "customer.searched",
        "Found by phone number",
    )
    assert (first["actor"], first["channel"], first["store"]) == ("staff, York till", "pos", "York")


def test_an_unsuccessful_search_leaves_no_event(shop: Shop, ada: str) -> None:
    before = shop.count("events")
    assert customers.at_till(shop, "email", "eve@example.com") == []
    assert shop.count("events") == before


def test_the_searches_of_a_device_are_limited(shop: Shop, ada: str) -> None:
    customers.at_till(shop, "email", "ada@example.com")
    shop.change("UPDATE rate_limits SET used = 299")
    assert customers.at_till(shop, "email", "ada@example.com")
    answer = shop.staff("GET", "customers?by=email&value=ada@example.com")
    assert refusal(answer) == (429, "too_many_attempts")
    assert customers.at_till(shop, "email", "ada@example.com", YORK)


def test_two_customers_with_one_address_are_both_found_and_the_verified_one_first(
    shop: Shop, ada: str
) -> None:
    other = customers.add(shop, name="Augusta")
    shop.change(
        "UPDATE identities SET verified_at = now() "
        "WHERE customer_id = CAST(:who AS uuid) AND kind = 'email'",
        who=other,
    )
    found = customers.at_till(shop, "email", "ada@example.com")
    assert [(one["id"], one["verified"]) for one in found] == [(other, True), (ada, True)]


def test_a_phone_number_is_found_in_any_notation(shop: Shop, ada: str) -> None:
    for typed in ("0113 496 0000", "+441134960000", "0044 (113) 496-0000"):
        assert [one["id"] for one in customers.at_till(shop, "phone", typed)] == [ada], typed
    Shopper(shop).sign_in(phone="+44 113 496 0321")
    assert [one["verified"] for one in customers.at_till(shop, "phone", "0113 496 0321")] == [True]


def test_a_loyalty_card_belongs_to_one_customer(shop: Shop, ada: str) -> None:
    body = {"name": "Eve", "loyalty_card": "4006381"}
    assert refused(shop, "POST", "customers", body) == (409, "identity_taken")
    assert refusal(shop.staff("POST", "customers", body)) == (409, "identity_taken")
    assert len(shop.customers()) == 1


def test_a_till_creates_a_customer_on_request(shop: Shop) -> None:
    made = shop.staff("POST", "customers", {"name": "Eve", "loyalty_card": "77"}).get_json()
    assert set(made) == {"id"}
    assert [one["name"] for one in customers.at_till(shop, "loyalty_card", "77")] == ["Eve"]


def test_a_merchant_sets_group_tags_and_language(shop: Shop, ada: str) -> None:
    changes = {"customer_group": "staff", "tags": ["vip", "press"], "locale": "de"}
    assert done(shop, "PATCH", f"customers/{ada}", changes) == {"id": ada}
    seen = customers.seen(shop, ada)
    assert (seen["customer_group"], seen["tags"], seen["locale"]) == (
        "staff",
        ["press", "vip"],
        "de",
    )


def test_a_change_event_names_the_fields_and_no_personal_text(shop: Shop, ada: str) -> None:
    done(shop, "PATCH", f"customers/{ada}", {"tags": ["marker"], "customer_group": "staff"})
    done(shop, "PATCH", f"customers/{ada}", {"tags": ["marker"]})
    reported = shop.payloads("customer.updated")
    assert reported == [{"fields": ["customer_group", "tags"], "before": None, "after": "staff"}]


def test_notes_are_visible_to_all_staff(shop: Shop, ada: str) -> None:
    done(shop, "POST", f"customers/{ada}/notes", {"body": "Prefers to be called Countess."})
    shop.staff("POST", f"customers/{ada}/notes", {"body": "Left an umbrella."})
    (found,) = customers.at_till(shop, "loyalty_card", "4006381")
    reported = [(note["body"], note["by"]) for note in found["notes"]]
    assert reported == [
        ("Prefers to be called Countess.", "merchant"),
        ("Left an umbrella.", "staff"),
    ]


@pytest.mark.parametrize(
    "path",
    ["", "/timeline", "/consents", "/merge-preview/{other}", "/export", "/export.html"],
)
def test_a_view_of_personal_data_is_an_event_of_the_customer(
    shop: Shop, ada: str, path: str
) -> None:
    other = customers.add(shop, name="Eve", email="eve@example.com", phone=None)
    answer = call(shop, "GET", f"customers/{ada}{path.format(other=other)}")
    assert answer.status_code == 200
    looks = shop.events("customer.viewed") + shop.events("customer.exported")
    by_merchant = [view for view in looks if view.actor_kind == "merchant"]
    assert [str(view.customer_id) for view in by_merchant].count(ada) == 1


def test_a_repeated_view_with_the_same_key_is_another_event(shop: Shop, ada: str) -> None:
    """A GET is never answered from a stored response: it would be outdated, and hide the view."""
    for name in ("Ada", "Ada King"):
        shop.change("UPDATE contacts SET name = :name", name=name)
        assert call(shop, "GET", f"customers/{ada}", key="same").get_json()["name"] == name
    assert len(shop.events("customer.viewed")) == 2


def test_the_list_of_customers_shows_no_names_and_has_pages(shop: Shop) -> None:
    made = [customers.add(shop, email=f"{n}@example.com", phone=None) for n in range(5)]
    listed: list[str] = []
    query: str | None = ""
    while query is not None:
        page = done(shop, "GET", f"customers?limit=2{query}")
        listed += [one["id"] for one in page["items"]]
        assert all(
            set(one) == {"id", "customer_group", "tags", "created_at"} for one in page["items"]
        )
        query = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert listed == made[::-1]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"tags": []}),
        ("POST", "/notes", {"body": "x"}),
        ("GET", "/timeline", None),
        ("GET", "/export", None),
        ("GET", "/consents", None),
        ("PUT", "/consents", CONSENT),
        ("POST", "/merges", {"customer": NOBODY[:-1] + "1"}),
    ],
)  # fmt: skip
def test_an_unknown_customer_is_not_found(shop: Shop, method: str, path: str, body: object) -> None:
    assert refused(shop, method, f"customers/{NOBODY}{path}", body) == (404, "not_found")
    assert shop.events() == []


def test_an_unknown_customer_cannot_be_erased(shop: Shop) -> None:
    assert customers.as_owner(shop, "POST", f"customers/{NOBODY}/erase").status_code == 404


def test_a_till_of_another_store_finds_the_customer_too(shop: Shop, ada: str) -> None:
    assert [
        customers.at_till(shop, "email", "ada@example.com", store)[0]["id"]
        for store in (LEEDS, YORK)
    ] == [ada, ada]
