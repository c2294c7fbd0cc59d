"""Two customer records are merged, and separated again as if they had never been merged."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.consistency import check
from app.core.customers import merges
from app.core.customers.invariants import INVARIANTS
from app.core.customers.merges import MergeCustomers
from app.core.transaction import Transaction
from tests.concurrency import at_once
from tests.core.random_merges import PEOPLE, History, Step, steps
from tests.drivers import customers
from tests.drivers.catalogue import done, refused
from tests.drivers.shop import Shop, open_shop


@pytest.fixture(scope="module")
def crowd(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return one shop for all histories: each history has people of its own."""
    with open_shop(server, "crowd", tmp_path_factory.mktemp("crowd")) as shop:
        yield shop


@given(steps)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_after_all_undos_each_record_is_as_if_never_merged_plus_later_changes(
    crowd: Shop, history: list[Step]
) -> None:
    merged, apart = History(crowd), History(crowd)
    merged.play(history, merges=True)
    apart.play(history, merges=False)
    merged.undo_all()
    for one in range(PEOPLE):
        assert merged.state_of(one) == apart.state_of(one)
    with Session(crowd.engine) as session:
        assert [check(session, one).first for one in INVARIANTS] == [()] * len(INVARIANTS)


def test_a_merge_that_moves_rows_would_be_caught(crowd: Shop) -> None:
    def moving(tx: Transaction, command: MergeCustomers) -> UUID:
        stays = merges.merge_customers(tx, command)
        ids = {"to": stays, "of": command.merged_id}
        tx.session.execute(
            text("UPDATE customer_notes SET customer_id = :to WHERE customer_id = :of"), ids
        )
        return stays

    history = [("note", 1, 7), ("merge", 0, 1), ("undo", 0, 0)]
    merged, apart = History(crowd, moving), History(crowd)
    merged.play(history, merges=True)
    apart.play(history, merges=False)
    assert merged.state_of(1) != apart.state_of(1)


@pytest.fixture
def two(shop: Shop) -> tuple[str, str]:
    """Return two records of one person: one from the web, and one with a loyalty card."""
    return customers.add(shop), customers.add(
        shop, name="A. Byron", email=None, loyalty_card="4006381"
    )


def test_a_merged_customer_has_the_data_of_both_records_under_either_id(
    shop: Shop, two: tuple[str, str]
) -> None:
    web, card = two
    done(shop, "PATCH", f"customers/{card}", {"customer_group": "staff", "tags": ["card"]})
    done(shop, "PATCH", f"customers/{web}", {"tags": ["web"]})
    customers.merge(shop, web, card)
    seen = customers.seen(shop, card)
    assert seen == customers.seen(shop, web)
    assert (seen["id"], seen["name"], seen["email"]) == (web, "Ada Byron", "Ada@Example.com")
    assert (seen["customer_group"], seen["tags"]) == ("staff", ["card", "web"])
    assert {one["kind"] for one in seen["identities"]} == {"email", "phone", "loyalty_card"}
    assert [one["id"] for one in customers.at_till(shop, "loyalty_card", "4006381")] == [web]
    assert [one["id"] for one in customers.at_till(shop, "phone", "+441134960000")] == [web]


def test_the_preview_shows_what_the_merge_then_does(shop: Shop, two: tuple[str, str]) -> None:
    web, card = two
    preview = done(shop, "GET", f"customers/{web}/merge-preview/{card}")
    assert preview["differs"] == ["name"]
    assert (preview["stays"]["id"], preview["merged"]["id"]) == (web, card)
    assert customers.seen(shop, card)["id"] == card
    customers.merge(shop, web, card)
    assert customers.seen(shop, web) == preview["result"]


def test_a_chain_of_merges_is_one_person_and_can_be_undone_one_by_one(
    shop: Shop, two: tuple[str, str]
) -> None:
    first, second = two
    third = customers.add(shop, name="Countess", phone=None, email=None)
    inner = customers.merge(shop, second, first)
    outer = customers.merge(shop, third, second)
    assert {customers.seen(shop, one)["id"] for one in (first, second, third)} == {third}
    customers.undo(shop, second, inner)
    assert [customers.seen(shop, one)["id"] for one in (first, second, third)] == [
        first,
        third,
        third,
    ]
    customers.undo(shop, third, outer)
    assert [customers.seen(shop, one)["id"] for one in (first, second, third)] == [
        first,
        second,
        third,
    ]
    assert shop.violations() == {}


def test_an_impossible_merge_is_refused(shop: Shop, two: tuple[str, str]) -> None:
    web, card = two
    merge_id = customers.merge(shop, web, card)
    other = customers.add(shop, phone=None, email=None)
    for stays, merged in ((web, card), (card, web), (other, card), (card, other)):
        body = {"customer": merged}
        assert refused(shop, "POST", f"customers/{stays}/merges", body) == (409, "customer_merged")
    assert refused(shop, "POST", f"customers/{web}/merges", {"customer": web}) == (422, "invalid")
    preview = f"customers/{web}/merge-preview/{card}"
    assert refused(shop, "GET", preview) == (422, "invalid")
    wrong = f"customers/{other}/merges/{merge_id}/undo"
    assert refused(shop, "POST", wrong) == (404, "not_found")
    customers.undo(shop, web, merge_id)
    again = f"customers/{web}/merges/{merge_id}/undo"
    assert refused(shop, "POST", again) == (409, "merge_undone")


def test_of_two_simultaneous_opposite_merges_one_takes_effect(
    shop: Shop, two: tuple[str, str]
) -> None:
    ids = [UUID(one) for one in two]

    def merging(stays: UUID, merged: UUID) -> UUID:
        return shop.runner.perform(
            merges.merge_customers, MergeCustomers(stays, merged, "confirmed")
        )

    for _ in range(5):
        done_by = at_once(lambda: merging(*ids), lambda: merging(*ids[::-1]))
        (stays,) = [one for one in done_by if isinstance(one, UUID)]
        (live,) = [
            one
            for one in done(shop, "GET", f"customers/{stays}/merges")["items"]
            if not one["undone_at"]
        ]
        assert shop.violations() == {}
        customers.undo(shop, str(stays), live["id"])


def test_of_two_simultaneous_undos_one_takes_effect(shop: Shop, two: tuple[str, str]) -> None:
    merge_id = customers.merge(shop, *two)
    path = f"/api/admin/v1/customers/{two[0]}/merges/{merge_id}/undo"
    answers = at_once(*[lambda: shop.call("POST", path, shop.keys["merchant"]).status_code] * 4)
    assert sorted(answers) == [200, 409, 409, 409]
    assert shop.violations() == {}


def suggested(shop: Shop) -> list[tuple[str, str, list[str], str]]:
    items = done(shop, "GET", "customers/duplicates")["items"]
    return [(one["a"], one["b"], one["reasons"], one["strength"]) for one in items]


def test_duplicates_are_suggested_by_shared_data(shop: Shop) -> None:
    ada = customers.add(shop)
    same_mail = customers.add(shop, name="Augusta", email=" ada@example.com".strip(), phone=None)
    household = customers.add(shop, name="William", email=None)
    same_name = customers.add(shop, name="ada byron", email="other@example.com")
    customers.add(shop, name="Eve", email="eve@example.com", phone=None)
    pairs = suggested(shop)
    assert [pair for pair in pairs if pair[0] == ada] == [
        (ada, same_mail, ["same_email"], "strong"),
        (ada, household, ["same_phone"], "weak"),
        (ada, same_name, ["same_name_and_phone", "same_phone"], "strong"),
    ]
    assert len(pairs) == 4  # the household shares its number with both
    of_one = done(shop, "GET", f"customers/{ada}/duplicates")["items"]
    assert [(ada, one["b"], one["reasons"], one["strength"]) for one in of_one] == pairs[:3]


def test_a_shared_name_and_postcode_is_the_weakest_reason(shop: Shop) -> None:
    """Spaces and capitals do not matter; a postcode or a name alone is no reason."""
    homes = {
        "Ada  Byron": "sw1y 4jh",
        "ada byron": "SW1Y4JH",
        "Eve": "SW1Y 4JH",
        "Ada Byron": "LS1 1AA",
    }
    made = []
    for number, (name, postcode) in enumerate(homes.items()):
        made.append(customers.add(shop, name="X", email=f"{number}@example.com", phone=None))
        shop.change(
            "UPDATE contacts SET name = :name WHERE email = :email",
            "INSERT INTO postal_addresses "
            "(id, contact_id, label, name, lines, town, postcode, country, created_at) "
            "SELECT gen_random_uuid(), id, '', '', '', '', :postcode, 'GB', now() FROM contacts "
            "WHERE email = :email",
            name=name, postcode=postcode, email=f"{number}@example.com",
        )  # fmt: skip
    pair = (made[0], made[1], ["same_name_and_postcode"], "weak")
    assert suggested(shop) == [pair]
    (one,) = done(shop, "GET", f"customers/{made[1]}/duplicates")["items"]
    assert (one["b"], one["reasons"], one["strength"]) == (made[0], *pair[2:])
    body = {"customer": made[1], "reason": "same_name_and_postcode"}
    done(shop, "POST", f"customers/{made[0]}/merges", body)
    assert suggested(shop) == []


def test_merged_customers_are_suggested_again_only_after_an_undo(
    shop: Shop, two: tuple[str, str]
) -> None:
    assert len(suggested(shop)) == 1
    merge_id = customers.merge(shop, *two)
    assert suggested(shop) == []
    assert done(shop, "GET", f"customers/{two[0]}/duplicates")["items"] == []
    customers.undo(shop, two[0], merge_id)
    assert len(suggested(shop)) == 1


def test_suggestions_are_paged(shop: Shop) -> None:
    for _ in range(4):
        customers.add(shop)
    first = done(shop, "GET", "customers/duplicates?limit=4")
    rest = done(shop, "GET", f"customers/duplicates?limit=4&cursor={first['next_cursor']}")
    pairs = {(one["a"], one["b"]) for one in first["items"] + rest["items"]}
    assert (len(pairs), rest["next_cursor"]) == (6, None)
