"""Known answers: a quote has the same bytes, hash, token and code in every release.

Orders keep these facts, and the shopper was shown their hash. A renamed attribute must not change them.
"""

import base64
import json
import zlib
from dataclasses import fields
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest

from app.adapters.derived_secrets import DerivedSecrets
from app.core.canonical import canonical
from app.core.pricing.engine.benefits import kinds
from app.core.pricing.engine.conditions import Conditions, Hours
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quote_tokens import (
    Claim,
    Token,
    inputs_of,
    parse_qr,
    parse_token,
    qr_text,
)
from app.core.pricing.engine.quoting import quote, requote
from app.core.pricing.engine.scope import Scope
from app.core.pricing.engine.tax import TaxRules
from app.core.pricing.promotions import parse
from tests.drivers.shop import Shop

SECRETS = DerivedSecrets("a fixed key")
EXPIRES = datetime(2026, 3, 2, 9, 10, 0, 123456, tzinfo=UTC)
ITEMS = [
    Item("BOOK", 1, 1299, 0, product="book", category="reading"),
    Item("LAMP", 2, 2400, product="lamp", category="light"),
    Item("MUG", 4, 999, product="mug", category="kitchen", customisation="Ada"),
]
SOCKS, DELIVERY = Item("SOCK", 1, 500), Charge("delivery", 495)
MUGS: dict[str, Any] = {"scopes": [{"skus": ["MUG"]}]}
FACTS = (
    '{"charges":[{"customisation":"delivery","net":495,"quantity":1,"sku":"","tax":99,"tax_rate":200000,"total":594,'
    '"unit_price":495}],"currency":"EUR","lines":[{"net":1299,"quantity":1,"sku":"BOOK","tax":0,"tax_rate":0,'
    '"total":1299,"unit_price":1299},{"net":4800,"quantity":2,"sku":"LAMP","tax":960,"tax_rate":200000,"total":5760,'
    '"unit_price":2400},{"customisation":"Ada","discounts":[[1,100]],"net":3896,"quantity":4,"sku":"MUG","tax":780,'
    '"tax_rate":200000,"total":4676,"unit_price":999},{"discounts":[[0,500]],"net":0,"quantity":1,"sku":"SOCK",'
    '"tax":0,"tax_rate":200000,"total":0,"unit_price":500}],"net":10490,"promotions":[{"amount":500,"kind":"gift",'
    '"lines":[[["SOCK",""]]],"terms":{"units":1}},{"amount":100,"kind":"tiers","lines":[[["MUG","Ada"]]],'
    '"terms":{"percent":false,"steps":[[1000,100]]}}],"tax":1839,"tax_rules":{"by":"unit","included":false,'
    '"rounded":"net","rounding":"half_even"},"total":12329,"version":2}'
)
HASH = "eeab432596a52eb819be08ec279daec789c24423680db90bec8c6ca7eb1e8a2b"
MADE_OF = (
    '{"charges":[{"customisation":"delivery","quantity":1,"sku":"","tax_rate":200000,"unit_price":495}],'
    '"currency":"EUR","lines":[{"quantity":1,"sku":"BOOK","tax_rate":0,"unit_price":1299},{"quantity":2,'
    '"sku":"LAMP","tax_rate":200000,"unit_price":2400},{"customisation":"Ada","quantity":4,"sku":"MUG",'
    '"tax_rate":200000,"unit_price":999},{"quantity":1,"sku":"SOCK","tax_rate":200000,"unit_price":500}],'
    '"promotions":[{"kind":"gift","lines":[[["SOCK",""]]],"terms":{"units":1}},{"kind":"tiers",'
    '"lines":[[["MUG","Ada"]]],"terms":{"percent":false,"steps":[[1000,100]]}}],"tax_rules":{"by":"unit",'
    '"included":false,"rounded":"net","rounding":"half_even"},"version":2}'
)
TOKEN = (
    "7qtDJZalLrgZvgjsJ52ux4nCRCNoDbkL7Ixsp-seiisABkwG85CsQPbh9LVIZK0wSZ3Ehq8dJlFl-HNL1GoI_csbGj4mYkSRhijiCHLWNkRi"
    "xi4NG5TszL1VdJShObJ22GdqKlL31AA"
)
QR_TEXT = (
    "OQ1:52VUGJMWUUXLQGN6BDWCPHNOY6E4ERBDNAG3SC7MRRWKP2Y6RIVQABSMA3ZZBLCA63Q7JNKIMSWTASM5YSDK6HJGKFS7Q42L2RVAR7OL"
    "DMND4JTCISIYMKHCBBZNMNSEMLDC4DI3STWMZPKVOSKKCONSO3MGO2RKKL35IADY3KCZETLLQNABBBX7ZOOD3KBEA662LJPUSCCJJFU4IRSK"
    "XI2ZWJM627UEA3Y3653W6NAZJAQ6YQOX3HT5M7LB5SQDKMGWUSFTDZFKWTL34KNBTXSKJCQUFQOPVAXBBQEPMXJHA44BGQFEAHZNXWS2UYN7"
    "QVRAMIMNIN3QKYBFG5C2O6CJWVC3EHHSQCWEVIJMBGC3P7JHKGBMXW4G75MF65V36XEDZEKGOGJAZQJTDLP5DTLK7MYRWKS6QSQ6HJ55VYVD"
    "M2TTOG3W557PWPJGJGXJ2HHNP3TVHWFS6KISBWVFH3NJOVY25QZZOJMZDIPBWV4RUWUW3WOZBZYEDFKCPKXXLZEA7UPASLOFRQ2R5EYXY3OH"
    "OU54MO2UEVFAG2ONQRDIU35Q6NEOJYWSFXHQOF6SO5RAK6XI3MO2VW4YSROJNQSWLA6QZKVV2KXUDIX3YCX3S3FIOBQKELXQRQJIMAHIB7J7"
    "4DHC4EHZFP6SFI"
)


def promotion(kind: str, terms: dict[str, Any], **more: Any) -> Promotion:
    """Return a promotion as a row of the table."""
    row = {
        "code": kind.upper(), "title": "T", "kind": kind, "terms": terms, "scopes": [{}], "conditions": {},
        "priority": 100, "exclusive": False, "gift_sku": None,
    }  # fmt: skip
    return parse.parse_promotion(row | more)


def priced(*promotions: Promotion, currency: str = "GBP", **more: Any) -> Quote:
    known = Promotions(promotions)
    return quote(currency, ITEMS, charges=[DELIVERY], gifts=[SOCKS], promotions=known, **more)


@pytest.fixture
def rich() -> Quote:
    """Return a quote with tax rules unlike the United Kingdom's, a charge, a gift and a discount."""
    return priced(
        promotion("gift", {"units": 1}, gift_sku="SOCK"),
        promotion("tiers", {"steps": [[1000, 100]]}, **MUGS),
        currency="EUR",
        rules=TaxRules(False, "unit", "half_even", "net"),
    )


def test_the_facts_of_a_quote_and_their_hash(rich: Quote) -> None:
    assert canonical(rich.facts).decode() == FACTS
    assert rich.hash == HASH


def test_frozen_facts_can_be_read() -> None:
    again = requote(json.loads(FACTS))
    assert canonical(again.facts).decode() == FACTS
    assert again.rules == TaxRules(False, "unit", "half_even", "net")


@pytest.mark.parametrize("version", [0, 1, "2", None])
def test_facts_of_another_version_are_refused(version: Any) -> None:
    with pytest.raises(ValueError, match="of version"):
        requote(json.loads(FACTS) | {"version": version})


@pytest.mark.parametrize(
    ("kind", "terms", "more", "amount", "hashed"),
    [
        (
            "percentage", {"rate": 1250}, {}, 1262,
            "d0da4025dd88cbc09471c12fc6daac64c951e4cd8fea021b94730be0610642d5",
        ),
        (
            "amount", {"amount": 150, "each": True}, {}, 1050,
            "374e1dad063f7156a2e92d3b0afef390682a10b548a082f73d51b68763f103ef",
        ),
        (
            "fixed_price", {"price": 900}, MUGS, 396,
            "c5488ea243e4a5f8d043f17a5a7a74bae192ef73053b0ed34d332d9f77d72408",
        ),
        (
            "buy_get", {"buy": 2, "get": 1, "rate": 5000},
            {"scopes": [{"skus": ["MUG"]}, {"categories": ["kitchen"]}]}, 500,
            "c3bfc1fd2cb832c3fddc5aff2b5a5e7339826dac88b16cdcd7f84f52b07bf0c1",
        ),
        (
            "cheapest_free", {"of": 3}, {"scopes": [{"products": ["mug"]}]}, 999,
            "885344a7558116f4ca221ab9cf0fa231701c5595d3072f481d11cd5b802ec18b",
        ),
        (
            "bundle", {"quantities": [1, 1], "price": 3000},
            {"scopes": [{"skus": ["LAMP"]}, {"skus": ["MUG"]}]}, 798,
            "f829e5c15646cc562d857ffa5e966737c04706907be48a1942186422ec14aa50",
        ),
        (
            "tiers", {"steps": [[1000, 500], [5000, 1000]], "percent": True}, {}, 1010,
            "87de082a6291e50cb8a8f43d312b77e2865acfe2fd9266d43232d00ece05c3ea",
        ),
        (
            "gift", {"units": 2}, {"gift_sku": "SOCK"}, 1000,
            "df7d4b694edcf97ce1168baff61946f720ddceda1611f4252e09591b609b25d6",
        ),
        (
            "free_delivery", {}, {}, 495,
            "e64824093b1fe7dfca6d786a32eadffe421b58fcb76907cc4facda08ce44ddd6",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)  # fmt: skip
def test_each_kind_of_promotion_keeps_its_name_and_its_terms(
    kind: str, terms: dict[str, Any], more: dict[str, Any], amount: int, hashed: str
) -> None:
    found = priced(promotion(kind, terms, **more))
    [applied] = found.facts["promotions"]
    assert (applied["kind"], applied["terms"], applied["amount"]) == (kind, terms, amount)
    assert found.hash == hashed
    assert requote(json.loads(json.dumps(found.facts))).facts == found.facts


def test_this_file_covers_every_kind_of_promotion() -> None:
    assert set(kinds.KINDS) == {
        "percentage", "amount", "fixed_price", "buy_get", "cheapest_free", "bundle", "tiers", "gift",
        "free_delivery",
    }  # fmt: skip


def test_every_field_has_a_stored_key() -> None:
    tables: list[tuple[Any, Any]] = [(kind, kind.term_fields) for kind in kinds.KINDS.values()]
    tables += [(Scope, parse.SCOPE_FIELDS), (Conditions, parse.CONDITION_FIELDS)]
    for kind, table in tables:
        assert list(table.values()) == [field.name for field in fields(kind)]


def test_a_stored_promotion_is_parsed_by_its_keys() -> None:
    found = promotion(
        "amount",
        {"amount": 150},
        scopes=[{"skus": ["A"], "products": ["b"], "categories": ["c"], "without": ["D"]}],
        conditions={
            "min_quantity": 2, "min_amount": 1000, "needs": {"skus": ["E"]}, "coupon": True,
            "customer_groups": ["trade"], "first_order": True, "channels": ["web"], "locations": ["lds"],
            "starts": "2026-11-27T00:00", "ends": "2026-11-28T00:00",
            "hours": [{"days": [0, 1], "since": "09:00", "until": "17:30"}],
        },
    )  # fmt: skip
    four = (frozenset({"A"}), frozenset({"b"}), frozenset({"c"}), frozenset({"D"}))
    assert found.scopes == (Scope(*four),)
    assert found.conditions == Conditions(
        2, 1000, Scope(frozenset({"E"})), True, frozenset({"trade"}), True, frozenset({"web"}),
        frozenset({"lds"}), datetime(2026, 11, 27), datetime(2026, 11, 28),  # noqa: DTZ001 - a wall clock
        (Hours(frozenset({0, 1}), time(9), time(17, 30)),),
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"terms": {"amount": 1, "moon": 1}}, {"terms": {}}, {"scopes": [{"moon": []}]},
        {"conditions": {"moon": 1}}, {"conditions": {"needs": {"moon": []}}},
    ],
    ids=str,
)  # fmt: skip
def test_an_unknown_stored_key_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        promotion("amount", **({"terms": {"amount": 1}} | wrong))


def test_the_token_of_a_signed_quote(rich: Quote) -> None:
    claim = Claim(rich.hash, EXPIRES)
    assert claim.message == b"onecounter quote 1\0" + bytes.fromhex(HASH + "00064c06f390ac40")
    token = Token(claim, SECRETS.sign(claim.message))
    assert str(token) == TOKEN
    assert parse_token(TOKEN) == token


def test_the_code_of_a_quote(rich: Quote) -> None:
    """The compressed part may differ by the version of zlib; its content must not."""
    assert canonical(inputs_of(rich.facts)).decode() == MADE_OF
    text = qr_text(parse_token(TOKEN), rich.facts)
    assert text is not None
    packed = base64.b32decode(text.removeprefix("OQ1:") + "=" * (-len(text[4:]) % 8))
    assert zlib.decompress(packed[104:]).decode() == MADE_OF


def test_an_old_code_can_be_read(rich: Quote) -> None:
    scanned = parse_qr(QR_TEXT)
    assert str(scanned.token) == TOKEN
    assert scanned.quote.facts == rich.facts


def test_a_stored_quote_names_its_promotions(shop: Shop) -> None:
    shop.stock("MUG", 999, lds=5)
    shop.promote("amount", {"amount": 500}, conditions={"coupon": True})
    cart = shop.with_coupon(shop.cart({"MUG": 3}))
    path = f"/api/v1/carts/{cart['id']}/quote"
    assert shop.call("POST", path, cart["token"]).status_code == 201
    [(promotions,)] = shop.rows("SELECT promotions FROM signed_quotes")
    [(promotion_id,)] = shop.rows("SELECT id FROM promotions")
    [(coupon_id,)] = shop.rows("SELECT id FROM coupons")
    assert isinstance(promotion_id, UUID)
    assert promotions == [
        {
            "promotion_id": str(promotion_id), "coupon_id": str(coupon_id), "code": "FIVE",
            "title": "Promotion FIVE", "amount": 500, "first_order": False,
        }
    ]  # fmt: skip


def test_a_promotion_is_stored_as_it_was_sent(shop: Shop) -> None:
    conditions = {"min_amount": 100, "needs": {"skus": ["MUG"]}, "channels": []}
    shop.stock("MUG", 999, lds=5)
    shop.promote("amount", {"amount": 5}, scopes=[{"skus": ["MUG"]}], conditions=conditions)
    [stored] = shop.rows("SELECT terms, scopes, conditions FROM promotions")
    assert stored == ({"amount": 5}, [{"skus": ["MUG"]}], conditions)
    [(payload,)] = shop.rows("SELECT payload FROM events WHERE kind = 'promotion.created'")
    assert payload == {
        "code": "FIVE", "title": "Promotion FIVE", "kind": "amount", "currency": "GBP", "terms": {"amount": 5},
        "scopes": [{"skus": ["MUG"]}], "conditions": conditions, "priority": 100, "exclusive": False,
        "gift_sku": None, "uses_limit": None, "limit_per_customer": None, "reason": "", "approved_by": "",
    }  # fmt: skip
