"""What payers, their provider and the counter do with money, for tests."""

from datetime import timedelta
from typing import Any

from app import jobs
from app.core.orders.paying.heed_notice import heed_notice
from app.core.payments.prepaid.issue_gift_card import issue_gift_card
from app.core.payments.prepaid.new_card import IssuedCard, NewCard
from app.core.provider import SeenPayment
from tests.shop import Placed, Shop, new_key

BY_CARD = {"method": "card"}


def ask(shop: Shop, placed: Placed, **body: Any) -> dict[str, Any]:
    answer = shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, body)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def notify(shop: Shop, provider_id: str, identifier: str = "") -> None:
    """The provider's webhook, and the job that heeds it."""
    body = f"{identifier or new_key()} payment_intent.changed {provider_id}"
    answer = shop.client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": "true"})
    assert answer.status_code == 204
    heed_notices(shop)


def heed_notices(shop: Shop) -> None:
    """Do the jobs that the provider's webhooks left."""
    jobs = shop.app.extensions["ports"].jobs
    waiting = [ids["notice_id"] for name, ids in jobs.queued if name == "heed_notice"]
    jobs.queued[:] = [job for job in jobs.queued if job[0] != "heed_notice"]
    for notice_id in waiting:
        heed_notice(shop.performer, notice_id)


def gift_card(shop: Shop, amount: int) -> IssuedCard:
    return shop.performer.perform(issue_gift_card, NewCard(amount, "GBP", "GB", "test"))


def shown(card: IssuedCard, amount: int | None = None) -> dict[str, Any]:
    return {"code": card.code, "pin": card.pin} | ({"amount": amount} if amount else {})


def authorised(shop: Shop, wish: dict[str, int], **payment: Any) -> tuple[Placed, SeenPayment]:
    """An order whose card is authorised."""
    placed = shop.order(wish, payment=BY_CARD | payment)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    return placed, shop.provider.payments[seen.id]


def collected(shop: Shop, wish: dict[str, int], **payment: Any) -> tuple[Placed, SeenPayment]:
    """The same, handed over and captured."""
    placed, seen = authorised(shop, wish, **payment)
    shop.make_ready(placed)
    answer = shop.hand_over(placed, 0)
    assert answer.status_code == 200, answer.get_json()
    return placed, shop.provider.payments[seen.id]


def reconcile(shop: Shop, seconds: int = 30) -> int:
    """The job, some seconds later."""
    shop.clock.advance(timedelta(seconds=seconds))
    return jobs.reconcile_payments(shop.performer, shop.engine)


def expire(shop: Shop, minutes: int = 0) -> int:
    shop.clock.advance(timedelta(minutes=minutes))
    return jobs.expire_orders(shop.performer, shop.engine)


def refund(shop: Shop, placed: Placed, amount: int, **body: Any) -> Any:
    """At the counter, out of whose drawer cash is given."""
    body = {"amount": amount, "reason": "brought back"} | body
    return shop.staff("POST", f"orders/{placed.number}/refunds", body)


def events(shop: Shop, placed: Placed) -> list[tuple[str, int]]:
    """What happened to the tenders of an order: (kind, minor units), in order."""
    found = shop.rows(
        "SELECT e.kind, e.amount FROM payment_events e JOIN orders o ON o.id = e.order_id "
        "WHERE o.number = :number ORDER BY e.id",
        number=placed.number,
    )
    return [(kind, amount) for kind, amount in found]
