"""A process crashes around each commit and each call to the provider: acknowledged changes are kept, nothing is
captured twice, and the next minutes complete the rest."""

from collections.abc import Callable
from typing import Any

import pytest

from app.core.transaction import UseCaseRunner
from tests.drivers.payments import BY_CARD, ask, events, handle_webhooks, notify, reconcile, refund
from tests.drivers.shop import Shop, new_key
from tests.faults.process_crash import Crash
from tests.scale import sample

COMMITS = (
    "begin_payment", "claim_attempt", "record_page", "sync_payment", "receive_webhook", "hand_over",
    "refund_order",
)  # fmt: skip
CALLS = ("create_checkout_session", "get_payment", "capture", "refund")
POINTS = [(when, what) for what in (*COMMITS, *CALLS) for when in ("before", "after")]


def die_at(shop: Shop, monkeypatch: pytest.MonkeyPatch, when: str, what: str) -> Callable[[], bool]:
    """Crash there, once; return a function that tells whether it happened."""
    if what in CALLS:
        getattr(shop.provider, when)[what] = [Crash()]
        return lambda: not getattr(shop.provider, when)[what]
    died: list[str] = []
    repeat = UseCaseRunner._repeat

    def dying(self: UseCaseRunner, work: Any, actor: Any) -> Any:
        name = _name(work)
        if name == what and not died and when == "before":
            died.append(name)
            raise Crash
        result = repeat(self, work, actor)
        if name == what and not died:
            died.append(name)
            raise Crash
        return result

    monkeypatch.setattr(UseCaseRunner, "_repeat", dying)
    return lambda: bool(died)


def _name(work: Any) -> str:
    """Return the name of the use case that a piece of work runs, from its closure."""
    cells = dict(zip(work.__code__.co_freevars, work.__closure__ or (), strict=True))
    use_case = cells["use_case"].cell_contents
    return str(getattr(use_case, "__name__", ""))


def again(shop: Shop, act: Callable[[], Any]) -> Any:
    """Repeat the request of a caller who got no response, a little later."""
    for _ in range(4):
        try:
            answer = act()
        except (Crash, AssertionError):
            reconcile(shop)
            continue
        if getattr(answer, "status_code", 200) < 500:
            return answer
    raise AssertionError("it never answered")


@pytest.mark.parametrize(("when", "what"), sample(POINTS, 3))
def test_after_any_crash_the_books_become_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, when: str, what: str
) -> None:
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 2}, payment=BY_CARD)
    has_died = die_at(shop, monkeypatch, when, what)
    again(shop, lambda: ask(shop, placed))
    seen = shop.provider.pay(placed.number)
    again(shop, lambda: notify(shop, seen.id, "evt_1"))
    again(shop, lambda: handle_webhooks(shop))
    reconcile(shop)
    shop.make_ready(placed)
    key = new_key()
    again(
        shop,
        lambda: shop.staff(
            "POST",
            f"orders/{placed.number}/hand-over",
            {"code": placed.code, "payments": []},
            key=key,
        ),
    )
    for _ in range(3):
        reconcile(shop)
    key = new_key()
    body = {"amount": 700, "reason": "broken"}
    again(shop, lambda: shop.staff("POST", f"orders/{placed.number}/refunds", body, key=key))
    for _ in range(3):
        reconcile(shop)
    assert has_died()
    assert sorted(events(shop, placed)) == [
        ("authorise", 2000), ("capture", 2000), ("fee", 50), ("refund", 700),
    ]  # fmt: skip
    order = shop.seen(placed)
    assert (order["status"], order["paid"]) == ("collected", 1300)
    now = shop.provider.payments[seen.id]
    assert (now.captured, [one.amount for one in now.refunds]) == (2000, [700])
    assert shop.unfinished_attempts() == []
    assert shop.violations() == {}
    assert refund(shop, placed, 1301).status_code == 422
