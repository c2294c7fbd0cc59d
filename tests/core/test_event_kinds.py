"""The kinds of events: declared once, recorded with their declared fields, and shown to the right audience."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from app.config import ROOT
from app.core.event_kinds import EventKind, event
from app.core.event_registry import EventRegistry, kinds_in
from app.wiring import make_event_registry

CORE = ROOT / "app" / "core"
REGISTRY = make_event_registry()

FOR_SHOPPERS = """
    order.arrived order.cancelled order.claimed order.collected order.credited order.expired order.imported
    order.invoiced order.items_unavailable order.late_payment_released order.payment_requested order.picked
    order.picking order.placed order.ready order.refunded order.refunded_manually order.reminded order.unpaid
    payment.authorised payment.captured payment.refunded payment.released payment.voided message.sent
"""
FOR_STAFF = """
    cart.merged gift_card.issued order.code_refused order.refund_rerouted order.restocked order.review_cleared
    order.review_flagged order.review_resolved payment.declined payment.refund_reversed store_credit.granted
"""


class Call(NamedTuple):
    """A call of `record` whose kind is a constant of its module."""

    place: str
    kind: EventKind
    fields: set[str]
    """The payload fields that the source shows."""
    is_whole: bool
    """Whether the source shows all of them."""


def test_each_audience_sees_these_kinds() -> None:
    shopper = set(FOR_SHOPPERS.split())
    assert set(REGISTRY.visible_to("shopper")) == shopper
    assert set(REGISTRY.visible_to("staff")) == shopper | set(FOR_STAFF.split())
    assert set(REGISTRY.visible_to("merchant")) == set(REGISTRY.kinds)


def test_the_default_audience_of_a_kind_is_the_merchant() -> None:
    registry = EventRegistry([event("order.weighed"), event("order.boxed", audience="staff")])
    assert registry.visible_to("shopper") == ()
    assert registry.visible_to("staff") == ("order.boxed",)
    assert registry.visible_to("merchant") == ("order.boxed", "order.weighed")


def test_groups_narrow_the_visible_kinds() -> None:
    kinds = REGISTRY.visible_to("shopper", ["message"])
    assert kinds == ("message.sent",)
    assert REGISTRY.visible_to("shopper", []) == ()


def test_two_rooms_cannot_declare_the_same_kind() -> None:
    with pytest.raises(ValueError, match=r"order\.weighed"):
        EventRegistry([event("order.weighed")], [event("order.weighed")])


def test_a_kind_names_only_subjects_of_the_audit_log() -> None:
    with pytest.raises(ValueError, match="weather"):
        event("order.weighed", subjects="money weather")


def rooms() -> Iterator[ModuleType]:
    for path in sorted(CORE.glob("*/events.py")):
        yield importlib.import_module(_module(path))


def test_the_registry_has_the_kinds_of_every_room() -> None:
    declared = {kind.name for room in rooms() for kind in kinds_in(room)}
    assert declared == set(REGISTRY.kinds)


def test_a_constant_is_named_after_its_kind() -> None:
    for room in rooms():
        for name, value in vars(room).items():
            if isinstance(value, EventKind):
                assert name == value.name.upper().replace(".", "_"), room.__name__


def test_each_kind_is_used() -> None:
    trees = [ast.parse(path.read_text()) for path in CORE.rglob("*.py")]
    names = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]
    used = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    assert {kind.upper().replace(".", "_") for kind in REGISTRY.kinds} - used == set()


def test_payloads_have_the_fields_that_their_kinds_declare() -> None:
    """`record` checks this too, but only when the path runs: a webhook of a rare kind must not fail there."""
    calls = [call for path in sorted(CORE.rglob("*.py")) for call in _calls(path)]
    assert len([call for call in calls if call.is_whole]) > 50
    for call in calls:
        allowed = call.kind.payload | call.kind.optional
        assert call.fields <= allowed, call.place
        assert not call.is_whole or call.kind.payload <= call.fields, call.place


def _calls(path: Path) -> Iterator[Call]:
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = vars(importlib.import_module(_module(path)))
    for function in functions:
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record"):
                continue
            kind = names.get(getattr(node.args[0], "id", ""))
            if isinstance(kind, EventKind):
                fields, is_whole = _fields(node.args[1], function)
                yield Call(f"{path.name}:{node.lineno}", kind, fields, is_whole)


def _fields(payload: ast.expr, function: ast.FunctionDef) -> tuple[set[str], bool]:
    if isinstance(payload, ast.Dict):
        names = {key.value for key in payload.keys if isinstance(key, ast.Constant)}
        return {str(name) for name in names}, len(names) == len(payload.keys)
    if isinstance(payload, ast.BinOp) and isinstance(payload.op, ast.BitOr):
        left, right = _fields(payload.left, function), _fields(payload.right, function)
        return left[0] | right[0], left[1] and right[1]
    if isinstance(payload, ast.Name):
        return _fields_of_name(payload.id, function)
    return set(), False


def _fields_of_name(name: str, function: ast.FunctionDef) -> tuple[set[str], bool]:
    """The fields of a payload that was assigned to a name before."""
    found: set[str] = set()
    is_whole = False
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "") == name for target in targets):
                fields, whole = _fields(node.value, function)
                found |= fields
                is_whole = whole if not isinstance(node, ast.AugAssign) else is_whole
    return found, is_whole


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)
