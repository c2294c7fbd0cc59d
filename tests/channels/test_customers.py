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
def test_a_till_finds_a_person_by_whatever_she_brings(
    shop: Shop, ada: str, by: str, value: str
) -> None:
    (found,) = customers.at_till(shop, by, value)
    assert (found["id"], found["name"]) == (ada, "Ada Byron")
    assert (found["email"], found["phone"]) == ("A•••@Example.com", "•••000")


@pytest.mark.parametrize("kind", ["app_device", "provider_customer", "social"])
def test_a_till_finds_her_by_what_other_channels_know_her_by(
    shop: Shop, ada: str, kind: str
) -> None:
    shop.change(
        "INSERT INTO identities (id, customer_id, kind, value, created_at) "
        "VALUES (gen_random_uuid(), CAST(:who AS uuid), :kind, 'Xy-1', now())",
        who=ada,
        kind=kind,
    )
    assert [one["id"] for one in customers.at_till(shop, kind, "Xy-1")] == [ada]


def test_being_found_at_a_till_is_a_visit_in_her_timeline(shop: Shop, ada: str) -> None:
    customers.at_till(shop, "phone", "+44 113 496 0000", YORK)
    first = customers.timeline(shop, ada)[0]
    assert (first["kind"], first["text"]) == (
        "customer.searched",
        "Found by phone number",
    )
    assert (first["actor"], first["channel"], first["store"]) == ("staff, York till", "pos", "York")


def test_who_is_not_found_leaves_no_trace(shop: Shop, ada: str) -> None:
    before = shop.count("events")
    assert customers.at_till(shop, "email", "eve@example.com") == []
    assert shop.count("events") == before


def test_a_device_may_look_up_so_many_people_and_no_more(shop: Shop, ada: str) -> None:
    customers.at_till(shop, "email", "ada@example.com")
    shop.change("UPDATE rate_limits SET used = 299")
    assert customers.at_till(shop, "email", "ada@example.com")
    answer = shop.staff("GET", "customers?by=email&value=ada@example.com")
    assert refusal(answer) == (429, "too_many_attempts")
    assert customers.at_till(shop, "email", "ada@example.com", YORK)


def test_what_two_claim_finds_both_and_what_one_has_shown_comes_first(shop: Shop, ada: str) -> None:
    other = customers.add(shop, name="Augusta")
    shop.change(
        "UPDATE identities SET verified_at = now() "
        "WHERE customer_id = CAST(:who AS uuid) AND kind = 'email'",
        who=other,
    )
    found = customers.at_till(shop, "email", "ada@example.com")
    assert [(one["id"], one["verified"]) for one in found] == [(other, True), (ada, True)]


def test_a_number_is_found_however_it_is_typed(shop: Shop, ada: str) -> None:
    for typed in ("0113 496 0000", "+441134960000", "0044 (113) 496-0000"):
        assert [one["id"] for one in customers.at_till(shop, "phone", typed)] == [ada], typed
    Shopper(shop).sign_in(phone="+44 113 496 0321")
    assert [one["verified"] for one in customers.at_till(shop, "phone", "0113 496 0321")] == [True]


def test_a_card_is_given_to_one_person_only(shop: Shop, ada: str) -> None:
    body = {"name": "Eve", "loyalty_card": "4006381"}
    assert refused(shop, "POST", "customers", body) == (409, "identity_taken")
    assert refusal(shop.staff("POST", "customers", body)) == (409, "identity_taken")
    assert len(shop.customers()) == 1


def test_a_till_keeps_who_asks_for_it(shop: Shop) -> None:
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


def test_an_event_of_a_change_names_the_fields_and_no_words_of_people(shop: Shop, ada: str) -> None:
    done(shop, "PATCH", f"customers/{ada}", {"tags": ["marker"], "customer_group": "staff"})
    done(shop, "PATCH", f"customers/{ada}", {"tags": ["marker"]})
    reported = shop.payloads("customer.updated")
    assert reported == [{"fields": ["customer_group", "tags"], "before": None, "after": "staff"}]


def test_notes_are_for_whoever_serves_her_next(shop: Shop, ada: str) -> None:
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
def test_who_looks_at_a_persons_data_leaves_an_event_with_her(
    shop: Shop, ada: str, path: str
) -> None:
    other = customers.add(shop, name="Eve", email="eve@example.com", phone=None)
    answer = call(shop, "GET", f"customers/{ada}{path.format(other=other)}")
    assert answer.status_code == 200
    looks = shop.events("customer.viewed") + shop.events("customer.exported")
    by_merchant = [view for view in looks if view.actor_kind == "merchant"]
    assert [str(view.customer_id) for view in by_merchant].count(ada) == 1


def test_looking_again_with_the_same_key_is_seen_again(shop: Shop, ada: str) -> None:
    """A GET is never answered from what was stored: it would show what was, and hide who looked."""
    for name in ("Ada", "Ada King"):
        shop.change("UPDATE contacts SET name = :name", name=name)
        assert call(shop, "GET", f"customers/{ada}", key="same").get_json()["name"] == name
    assert len(shop.events("customer.viewed")) == 2


def test_the_list_of_customers_shows_no_names_and_pages_through_all(shop: Shop) -> None:
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
def test_nobody_is_not_found(shop: Shop, method: str, path: str, body: object) -> None:
    assert refused(shop, method, f"customers/{NOBODY}{path}", body) == (404, "not_found")
    assert shop.events() == []


def test_nobody_is_not_erased(shop: Shop) -> None:
    assert customers.as_owner(shop, "POST", f"customers/{NOBODY}/erase").status_code == 404


def test_a_staffs_till_of_another_store_finds_her_too(shop: Shop, ada: str) -> None:
    assert [
        customers.at_till(shop, "email", "ada@example.com", store)[0]["id"]
        for store in (LEEDS, YORK)
    ] == [ada, ada]
