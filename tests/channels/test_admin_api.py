"""The merchants' API as a whole: permissions, repetitions, bodies, and its reads."""

from typing import Any

import pytest
from sqlalchemy import event

from tests.drivers.catalogue import BOWL, call, create_mug, done, events, refused
from tests.drivers.shop import new_key

WRITES: list[tuple[str, str, Any]] = [
    ("POST", "products", BOWL),
    ("PATCH", "products/red-mug", {"title": "Blue mug"}),
    ("POST", "products/red-mug/publish", None),
    ("POST", "products/red-mug/withdraw", None),
    ("POST", "products/red-mug/variants", {"sku": "MUG-M", "options": {"Size": "M"}}),
    ("PATCH", "products/red-mug/variants/MUG-L", {"price": {"amount": 1100, "currency": "GBP"}}),
    ("POST", "products/red-mug/variants/MUG-L/withdraw", None),
    ("POST", "products/red-mug/variants/MUG-L/publish", None),
]
WITH_BODY = [write for write in WRITES if write[2]]
ON_A_PRODUCT = [write for write in WRITES if "red-mug" in write[1]]
ON_A_VARIANT = [write for write in WRITES if "MUG-L" in write[1]]


def each(writes: list[tuple[str, str, Any]]) -> pytest.MarkDecorator:
    names = [f"{method} {path}" for method, path, _ in writes]
    return pytest.mark.parametrize(("method", "path", "body"), writes, ids=names)


class TestEveryWrite:
    @each(WRITES)
    def test_works_and_is_recorded_once_if_it_changes_something(self, shop, method, path, body):
        create_mug(shop)
        before = len(events(shop))
        changes_nothing = path.endswith("MUG-L/publish")

        answer = call(shop, method, path, body)

        created = method == "POST" and body is not None
        assert answer.status_code == (201 if created else 200), answer.get_json()
        assert len(events(shop)) == before + (0 if changes_nothing else 1)

    @each(WRITES)
    def test_allows_no_other_method(self, shop, method, path, body):
        for wrong in ("PUT", "DELETE"):
            assert call(shop, wrong, path, body).status_code == 405

    @each(WRITES)
    def test_is_for_merchants_only(self, shop, method, path, body):
        create_mug(shop)
        before = events(shop)
        for token in (None, "guess", shop.tokens["lds"], shop.keys["app"]):
            answer = shop.call(method, f"/api/admin/v1/{path}", token, body)
            assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthorised")
        assert events(shop) == before

    @each(ON_A_PRODUCT)
    def test_reports_a_missing_product(self, shop, method, path, body):
        assert refused(shop, method, path, body) == (404, "not_found")

    @each(ON_A_VARIANT)
    def test_reports_a_missing_variant(self, shop, method, path, body):
        create_mug(shop)
        done(shop, "POST", "products", BOWL)
        for sku in ("NONE", "BOWL"):
            elsewhere = path.replace("MUG-L", sku)
            assert refused(shop, method, elsewhere, body) == (404, "not_found")

    @each(WRITES)
    def test_has_one_effect_per_key(self, shop, method, path, body):
        create_mug(shop)
        key = new_key()
        first = call(shop, method, path, body, key)
        before = events(shop)

        again = call(shop, method, path, body, key)

        assert (again.status_code, again.data) == (first.status_code, first.data)
        assert events(shop) == before

    @each(WITH_BODY)
    def test_refuses_a_key_that_came_with_another_body(self, shop, method, path, body):
        create_mug(shop)
        key = new_key()
        call(shop, method, path, body, key)
        more = {"grams": 7} if "variants" in path else {"vendor": "Weavers"}

        answer = call(shop, method, path, {**body, **more}, key)

        assert answer.status_code == 422
        assert answer.get_json()["code"] == "idempotency_key_reused"

    @each(WITH_BODY)
    def test_refuses_an_invalid_body(self, shop, method, path, body):
        create_mug(shop)
        wrong: list[Any] = [[], "text", 7, {"nonsense": 1}, {"title": "\0"}]
        for sent in wrong:
            assert refused(shop, method, path, sent) == (422, "invalid")


class TestRead:
    def test_the_list_shows_products_of_every_status_by_handle(self, shop):
        create_mug(shop)
        done(shop, "POST", "products", BOWL | {"publish": True})
        done(shop, "POST", "products", {"title": "Plate", "variants": []})
        done(shop, "POST", "products/plate/withdraw")

        items = done(shop, "GET", "products")["items"]

        states = [(item["handle"], item["status"]) for item in items]
        assert states == [("bowl", "active"), ("plate", "archived"), ("red-mug", "draft")]
        assert items[2]["variants"][0]["cost"] == {"amount": 310, "currency": "GBP"}

    @pytest.mark.parametrize(
        ("query", "handles"),
        [
            ("?status=draft", ["bowl", "red-mug"]),
            ("?status=active", []),
            ("?q=mug", ["red-mug"]),
            ("?q=mug-l", ["red-mug"]),
            ("?q=501234", ["red-mug"]),
            ("?q=kitchen%20re", ["red-mug"]),
            ("?q=mug&status=archived", []),
            ("?q=%20", ["bowl", "red-mug"]),
            ("?q='%5C:*%26!(", []),
        ],
    )
    def test_the_list_can_be_searched(self, shop, query, handles):
        create_mug(shop)
        done(shop, "POST", "products", BOWL)
        found = done(shop, "GET", f"products{query}")["items"]
        assert [item["handle"] for item in found] == handles

    def test_pages_follow_one_another(self, shop):
        for letter in "abcde":
            done(shop, "POST", "products", {"title": letter, "variants": []})
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = done(shop, "GET", f"products?limit=2{cursor}")
            seen += [item["handle"] for item in page["items"]]
            cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        assert seen == list("abcde")

    @pytest.mark.parametrize(
        "query", ["?limit=0", "?limit=101", "?status=gone", "?cursor=x", "?q=%00", "?page=2"]
    )
    def test_a_bad_query_is_refused(self, shop, query):
        assert refused(shop, "GET", f"products{query}") == (422, "invalid")

    def test_an_unknown_product_is_not_found(self, shop):
        assert refused(shop, "GET", "products/none") == (404, "not_found")

    @pytest.mark.parametrize("path", ["products", "products/red-mug"])
    def test_it_is_for_merchants_only(self, shop, path):
        create_mug(shop)
        for token in (None, shop.tokens["lds"], shop.keys["app"]):
            assert shop.call("GET", f"/api/admin/v1/{path}", token).status_code == 401

    @pytest.mark.parametrize("products", [1, 30])
    def test_a_list_of_any_length_takes_three_statements(self, shop, products):
        for number in range(products):
            variants = [{"sku": f"V{number}-{letter}"} for letter in "abc"]
            done(shop, "POST", "products", {"title": f"Thing {number}", "variants": variants})
        statements: list[str] = []
        event.listen(shop.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        items = done(shop, "GET", "products?limit=100")["items"]
        # One of them finds the client of the key, which must not be cached: it may be revoked.
        assert (len(items), len(statements)) == (products, 3)
