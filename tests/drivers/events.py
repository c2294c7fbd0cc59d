"""Record events of the merchant that are rare."""

from app.core.payments.events import PAYMENT_FEE
from tests.drivers.shop import Placed, Shop


def record_fee(shop: Shop, placed: Placed) -> None:
    """Record the provider's fee, as after a capture by card."""
    order_id = shop.order_id(placed.number)
    fee = {"payment_id": "p", "method": "card", "amount": 20}
    shop.runner.perform(lambda tx, _: tx.record(PAYMENT_FEE, fee, order_id=order_id), None)
