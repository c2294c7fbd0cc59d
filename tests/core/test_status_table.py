"""Statuses and their transitions as a table that is checked at the start."""

import pytest

from app.core.inventory.statuses import RESERVATION
from app.core.orders.statuses import FULFILMENT, FULFILMENT_STATUS, ORDER
from app.core.status_table import StatusTable
from app.core.tasks.statuses import TASK

PARCEL = StatusTable(
    "parcel",
    initial=("packed",),
    moves={
        "packed": frozenset({"sent", "lost"}),
        "sent": frozenset({"received", "lost"}),
        "received": frozenset(),
        "lost": frozenset({"received"}),
    },
)


@pytest.mark.parametrize(
    ("initial", "moves", "problem"),
    [
        (("a",), {"a": frozenset({"b"})}, "no line"),
        (("b",), {"a": frozenset()}, "no line"),
        (("a",), {"a": frozenset(), "b": frozenset({"a"})}, "no move leads to"),
    ],
)
def test_a_table_with_a_mistake_is_refused(
    initial: tuple[str, ...], moves: dict[str, frozenset[str]], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        StatusTable("parcel", initial, moves)


def test_only_transitions_of_the_table_are_made() -> None:
    assert PARCEL.move("packed", "sent") == "sent"
    for before, after in (("packed", "received"), ("sent", "sent"), ("received", "lost")):
        with pytest.raises(ValueError, match=f"from {before} to {after}"):
            PARCEL.move(before, after)


@pytest.mark.parametrize(
    ("ours", "theirs", "furthest"),
    [
        ("packed", "received", "received"),
        ("sent", "packed", "sent"),
        ("received", "lost", "received"),
        ("lost", "sent", "lost"),
        ("sent", "sent", "sent"),
    ],
)
def test_an_outdated_status_does_not_move_a_record_back(
    ours: str, theirs: str, furthest: str
) -> None:
    assert PARCEL.furthest(ours, theirs) == furthest


def test_statuses_keep_the_order_of_the_table() -> None:
    assert PARCEL.statuses == ("packed", "sent", "received", "lost")


@pytest.mark.parametrize(
    ("table", "final"),
    [
        (ORDER, {"collected", "cancelled", "imported"}),
        (FULFILMENT, {"collected", "cancelled"}),
        (RESERVATION, {"consumed", "released"}),
        (TASK, {"finished"}),
    ],
)
def test_some_statuses_are_final(table: StatusTable, final: set[str]) -> None:
    assert {status for status, following in table.moves.items() if not following} == final


def test_a_fulfilment_can_follow_each_transition_of_its_order() -> None:
    for before, following in ORDER.moves.items():
        for after in following:
            assert FULFILMENT.allows(
                FULFILMENT_STATUS.get(before, before), FULFILMENT_STATUS.get(after, after)
            )
