"""What must still move of an order's money, beyond the calls to the provider that are under way."""

from sqlalchemy import func, select

from app.core.orders.locking import OpenOrder
from app.core.payments.kinds import UNFINISHED
from app.core.payments.models import Attempt


def open_balance(open_order: OpenOrder) -> int:
    """Return what must still move, minor units: positive to us, negative to the payer. See `Balance`."""
    open_order.tx.write()  # captures that this transaction began count too
    if open_order.order.status != "collected":
        return open_order.balance().open_balance
    capturing = select(func.coalesce(func.sum(Attempt.amount), 0)).where(
        Attempt.order_id == open_order.order.id,
        Attempt.kind == "capture",
        Attempt.status.in_(UNFINISHED),
    )
    amount = open_order.tx.session.scalars(capturing).one()
    return open_order.balance(capturing=int(amount)).open_balance
