"""Gifts are given as far as the store has them."""

from dataclasses import replace

from app.core.pricing.engine.benefits.extras import Gift
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.engine.scope import ALL_GOODS


def test_a_gift_is_given_only_if_the_store_has_it_besides_the_bought_units() -> None:
    first, second = (
        Promotion(code, code, Gift(2), (ALL_GOODS,), gift="TEA") for code in ("A", "B")
    )
    alone = replace(first, code="C", exclusive=True)

    def given(there: int | None, bought: int, *promotions: Promotion) -> Quote:
        items = [Item("MUG", 1, 999)] + [Item("TEA", bought, 350)] * (bought > 0)
        gifts = [Item("TEA", 1, 350, available=there)]
        return quote("GBP", items, promotions=Promotions(promotions), gifts=gifts)

    assert given(None, 9, first, second).codes == ["A", "B"]
    assert given(4, 0, first, second).codes == ["A", "B"]
    assert given(3, 0, first, second).codes == ["A"]
    assert given(3, 1, first).codes == ["A"]
    assert given(3, 2, first).codes == []
    assert given(-1, 0, first, alone).combinations == ()
    assert [option.codes for option in given(2, 0, first, alone).combinations] == [("A",), ("C",)]
