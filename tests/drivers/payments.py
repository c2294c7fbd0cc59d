"""Actions of payers, their provider and the counter with payments, for tests."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.payment_processing import scheduled
from app.core.payment_processing.handle_webhook import handle_webhook
from app.core.payment_processing.provider_sync import reconcile as comparing
from app.core.payments.stored_value.gift_cards import IssuedGiftCard, IssueGiftCard, issue_gift_card
from app.core.provider import Declined, ProviderPayment
from app.jobs.orders import expire_orders
from tests.drivers.shop import Placed, Shop, new_key
from tests.fakes.provider import silent

BY_CARD = {"method": "card"}


def press(shop: Shop, placed: Placed, **body: Any) -> TestResponse:
    """Press the button that leads to the provider's page."""
    return shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, body)


def ask(shop: Shop, placed: Placed, **body: Any) -> dict[str, Any]:
    answer = press(shop, placed, **body)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def at_reader(shop: Shop, placed: Placed) -> TestResponse:
    """Let a till's card reader ask for the outstanding amount."""
    path = f"/api/pos/v1/orders/{placed.number}/payments"
    return shop.call("POST", path, shop.tokens["lds"], {"reader": "tmr_1"})


def confirm_all_requests(shop: Shop, placed: Placed) -> int:
    """Confirm each open page and reader of the payer; return the authorised total in minor units."""
    provider = shop.provider
    for key, requested in list(provider.requested.items()):
        if requested.order_number == placed.number:
            with suppress(Declined):  # closed, or already paid
                provider.confirm(key)
    return sum(
        seen.authorised
        for seen in provider.payments.values()
        if provider.requested[seen.id].order_number == placed.number
    )


def notify(shop: Shop, provider_id: str, identifier: str = "") -> None:
    """Send the provider's webhook, and run the job that processes it."""
    body = f"{identifier or new_key()} payment_intent.changed {provider_id}"
    answer = shop.client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": "true"})
    assert answer.status_code == 204
    handle_webhooks(shop)


def handle_webhooks(shop: Shop) -> None:
    """Run the jobs that the provider's webhooks queued."""
    jobs = shop.app.extensions["ports"].jobs
    waiting = [ids["webhook_event_id"] for name, ids in jobs.queued if name == "handle_webhook"]
    jobs.queued[:] = [job for job in jobs.queued if job[0] != "handle_webhook"]
    for webhook_event_id in waiting:
        handle_webhook(shop.runner, webhook_event_id)


def gift_card(shop: Shop, amount: int) -> IssuedGiftCard:
    return shop.runner.perform(issue_gift_card, IssueGiftCard(amount, "GBP", "GB", "test"))


def shown(card: IssuedGiftCard, amount: int | None = None) -> dict[str, Any]:
    return {"code": card.code, "pin": card.pin} | ({"amount": amount} if amount else {})


def authorised(
    shop: Shop, wanted: dict[str, int], **payment: Any
) -> tuple[Placed, ProviderPayment]:
    """Return an order whose card is authorised."""
    placed = shop.order(wanted, payment=BY_CARD | payment)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    return placed, shop.provider.payments[seen.id]


def collected(shop: Shop, wanted: dict[str, int], **payment: Any) -> tuple[Placed, ProviderPayment]:
    """Return an order that is handed over and captured."""
    placed, seen = authorised(shop, wanted, **payment)
    shop.make_ready(placed)
    answer = shop.hand_over(placed, 0)
    assert answer.status_code == 200, answer.get_json()
    return placed, shop.provider.payments[seen.id]


def reconcile(shop: Shop, seconds: int = 30) -> int:
    """Run the job, some seconds later."""
    shop.clock.advance(timedelta(seconds=seconds))
    return scheduled.reconcile_payments(shop.runner, shop.engine)


def find_differences(shop: Shop) -> list[comparing.Difference]:
    """Return the differences between the provider's records and ours."""
    since = shop.clock.now() - timedelta(days=90)
    with Session(shop.engine) as session:
        return list(comparing.differences(shop.runner, session, since))


def expire(shop: Shop, minutes: int = 0) -> int:
    shop.clock.advance(timedelta(minutes=minutes))
    return expire_orders(shop.jobs)


def in_drawer(shop: Shop) -> int:
    """Return the expected cash of the till's drawer in minor units; 0 before the first cash."""
    answer = shop.staff("GET", "shifts/current")
    return int(answer.get_json()["expected"]) if answer.status_code == 200 else 0


def expired_with_open_page(shop: Shop, wanted: dict[str, int]) -> Placed:
    """Return an order to be paid at collection, which expired while the provider could not be told to close its
    page: its goods are released, and the shopper can still pay."""
    placed = shop.order(wanted)
    ask(shop, placed)
    shop.provider.before["expire_checkout_session"] = silent()
    expire(shop, minutes=20 * 24 * 60)
    assert shop.seen(placed)["status"] == "expired"
    return placed


def refund(shop: Shop, placed: Placed, amount: int, **body: Any) -> Any:
    """Refund at the counter; cash comes from the till's drawer."""
    body = {"amount": amount, "reason": "brought back"} | body
    return shop.staff("POST", f"orders/{placed.number}/refunds", body)


def events(shop: Shop, placed: Placed) -> list[tuple[str, int]]:
    """Return the payment events of an order as (kind, minor units), in order."""
    return [(event.kind, event.amount) for event in shop.payment_events(placed)]
