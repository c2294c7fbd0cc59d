"""Random catalogues, promotions and carts, drawn by Hypothesis."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from app.core.pricing.engine.benefits.amounts import Amount, FixedPrice, Percentage, Tiers
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.benefits.multibuys import Bundle, BuyGet, CheapestFree
from app.core.pricing.engine.conditions import Conditions, Context
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.promotion import Promotion
from app.core.pricing.engine.scope import Scope
from app.core.pricing.engine.tax import NamedRate, TaxRules

SKUS = ("A", "B", "C", "D", "E", "F")
CATEGORIES = ("kitchen", "garden")
RATES = (200_000, 50_000, 0, 175_000, 88_750, 83_125)
QUEBEC = NamedRate("GST", 50_000), NamedRate("QST", 99_750)
TAXES: tuple[tuple[NamedRate, ...], ...] = (
    (), (), (), QUEBEC, (NamedRate("State", 62_500), NamedRate("County", 10_000), NamedRate("City", 83_125)),
    (NamedRate("A", 400_000), NamedRate("B", 600_000)),
)  # fmt: skip
"""The last one is far beyond any law, and finds what rounding could break."""

prices = st.integers(1, 5000) | st.sampled_from([0, 1, 999, 1000, 1999])
small = st.integers(1, 4)


def _rate_of(rate: int, taxes: tuple[NamedRate, ...]) -> tuple[int, tuple[NamedRate, ...]]:
    return (sum(tax.rate for tax in taxes) if taxes else rate), taxes


_rates = st.builds(_rate_of, st.sampled_from(RATES), st.sampled_from(TAXES))


@st.composite
def catalogues(draw: Any) -> dict[str, Item]:
    """Draw one unit of every item, by SKU."""
    return {sku: draw(_items(sku)) for sku in SKUS}


@st.composite
def _items(draw: Any, sku: str) -> Item:
    price = draw(prices)
    starts = draw(st.lists(st.integers(2, 8), max_size=2, unique=True))
    amounts = sorted(draw(st.lists(st.integers(0, price), min_size=2, max_size=2)), reverse=True)
    rate, taxes = draw(_rates)
    return Item(
        sku, 1, price, rate,
        tiers=tuple(zip(sorted(starts), amounts, strict=False)),
        product=f"product-{sku in 'ABC'}", category=draw(st.sampled_from(CATEGORIES)),
        taxes=taxes, voucher=draw(st.sampled_from([False, False, False, True])),
    )  # fmt: skip


@st.composite
def carts(draw: Any, catalogue: dict[str, Item]) -> list[Item]:
    wanted_carts = draw(
        st.lists(
            st.tuples(st.sampled_from(SKUS), st.integers(1, 9), st.sampled_from(["", "", "Ada"])),
            min_size=1,
            max_size=6,
        )
    )
    return [wanted(catalogue[sku], units, custom) for sku, units, custom in wanted_carts]


def wanted(item: Item, units: int, customisation: str = "") -> Item:
    return replace(item, quantity=units, customisation=customisation)


scopes = st.sampled_from([Scope(), Scope(), Scope()]) | st.builds(
    Scope,
    skus=st.frozensets(st.sampled_from(SKUS), max_size=3),
    products=st.frozensets(st.sampled_from(["product-True"]), max_size=1),
    categories=st.frozensets(st.sampled_from(CATEGORIES), max_size=1),
    without=st.frozensets(st.sampled_from(SKUS), max_size=1),
)
conditions = st.sampled_from([Conditions(), Conditions(), Conditions()]) | st.builds(
    Conditions,
    min_quantity=st.sampled_from([0, 0, 2, 5]),
    min_amount=st.sampled_from([0, 0, 1000, 5000]),
    needs=st.none() | scopes,
    coupon=st.booleans(),
    customer_groups=st.sampled_from([frozenset(), frozenset({"staff"})]),
    first_order=st.booleans(),
    channels=st.sampled_from([frozenset(), frozenset({"web"})]),
    locations=st.sampled_from([frozenset(), frozenset({"lds"})]),
)
contexts = st.builds(
    Context,
    channel=st.sampled_from(["web", "pos"]),
    location=st.sampled_from(["lds", "yrk"]),
    customer_groups=st.sampled_from([frozenset(), frozenset({"staff"})]),
    first_order=st.booleans(),
    coupons=st.frozensets(st.sampled_from([f"P{n}" for n in range(6)])),
)
rates = st.integers(1, 10_000) | st.sampled_from([1000, 2500, 10_000])
offers = st.one_of(
    st.builds(Percentage, rates),
    st.builds(Amount, st.integers(1, 3000), st.booleans()),
    st.builds(FixedPrice, st.integers(0, 2000)),
    st.builds(BuyGet, small, small, rates),
    st.builds(CheapestFree, st.integers(2, 4)),
    st.builds(Bundle, st.lists(small, min_size=1, max_size=3).map(tuple), st.integers(0, 4000)),
    st.builds(
        Tiers,
        st.lists(st.integers(1, 2000), min_size=1, max_size=3, unique=True).map(
            lambda offs: tuple((off * 3, off) for off in sorted(offs))
        ),
    ),
    st.just(Tiers(((1000, 500), (5000, 2000)), percent=True)),
    st.builds(Gift, st.integers(1, 2)),
    st.just(FreeDelivery()),
)


@st.composite
def promotions(draw: Any) -> list[Promotion]:
    return [
        draw(_promotion(f"P{number}")) for number in range(draw(st.sampled_from([0, 1, 2, 3, 5])))
    ]


@st.composite
def _promotion(draw: Any, code: str) -> Promotion:
    offer = draw(offers)
    many = len(offer.quantities) if isinstance(offer, Bundle) else type(offer).scopes
    gift = draw(st.sampled_from(SKUS)) if isinstance(offer, Gift) else None
    return Promotion(
        code, f"Promotion {code}", offer, tuple(draw(scopes) for _ in range(many)), draw(conditions),
        priority=draw(st.sampled_from([1, 2, 3])), gift=gift,
        exclusive=draw(st.sampled_from([False, False, True])),
    )  # fmt: skip


charges = st.lists(
    st.builds(lambda amount, rate: Charge("delivery", amount, *rate), st.integers(0, 1000), _rates),
    max_size=1,
)
tax_rules = st.builds(
    TaxRules,
    tax_included=st.booleans(),
    tax_level=st.sampled_from(["line", "unit", "total"]),
    rounding_mode=st.sampled_from(["half_up", "half_even"]),
    rounding_target=st.sampled_from(["tax", "net"]),
)
