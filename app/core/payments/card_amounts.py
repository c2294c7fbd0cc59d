"""Which amounts a card can pay. The provider refuses others, after the order was placed."""

from collections.abc import Iterable

from app.core.errors import Conflict
from app.core.money import card_step, format_minor
from app.core.provider import UNSUPPORTED_CURRENCIES


def require_chargeable(amount: int, line_totals: Iterable[int], currency: str) -> None:
    """Raise Conflict (amount_not_chargeable) if a card cannot pay the amount, or could not refund single units.

    With three digits the provider takes multiples of ten: KWD 0.010. The shares of units are in the same step, so
    the total of each line must be.
    """
    if currency in UNSUPPORTED_CURRENCIES:
        raise Conflict(
            f"Cards cannot be charged in {currency}. Pay by another method.",
            code="amount_not_chargeable",
        )
    step = card_step(currency)
    wrong = next((one for one in (amount, *line_totals) if one % step), None)
    if wrong is not None:
        raise Conflict(
            f"A card cannot pay {format_minor(wrong, currency)}: card amounts in {currency} are multiples of "
            f"{format_minor(step, currency)}. Pay by another method.",
            code="amount_not_chargeable",
            step=step,
        )
