"""The figures of an order's money, by examples that a person can check."""

import pytest

from app.core.payments.order_balance import Balance


@pytest.mark.parametrize(
    ("balance", "due", "outstanding", "open_balance", "refundable"),
    [
        (Balance(7950, 0, 0, 0), 7950, 7950, 0, 0),
        (Balance(7950, 4000, 0, 0), 3950, 3950, 0, 0),
        (Balance(7950, 4000, 0, 0, authorised=3950), 3950, 0, 0, 0),
        (Balance(4800, 0, 0, 0, authorised=4800, stage="collected"), 4800, 0, 4800, 0),
        (
            Balance(4800, 0, 0, 0, authorised=4800, capturing=4800, stage="collected"),
            4800, 0, 0, 0,
        ),
        (Balance(4800, 0, 0, 4800, stage="collected"), 0, 0, 0, 4800),
        (Balance(4800, 0, 300, 4800, stage="collected"), -300, -300, -300, 4800),
        (Balance(4800, 0, 300, 4800, refunding=300, stage="collected"), -300, 0, 0, 4500),
        (Balance(4800, 4800, 0, 4800, stage="ended"), -4800, -4800, -4800, 4800),
        (Balance(4800, 4800, 0, 4800, refunding=4800, stage="ended"), -4800, 0, 0, 0),
        (Balance(4800, 1000, 0, 4800), -1000, -1000, -1000, 4800),
        # A bank charged back more than was captured.
        (Balance(4800, 0, 0, -100, stage="collected"), 4900, 4900, 4900, 0),
    ],
)  # fmt: skip
def test_the_four_figures(
    balance: Balance, due: int, outstanding: int, open_balance: int, refundable: int
) -> None:
    assert (balance.amount_due, balance.amount_outstanding) == (due, outstanding)
    assert (balance.open_balance, balance.refundable) == (open_balance, refundable)
