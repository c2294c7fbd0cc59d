"""Rows that a bug would leave about money: tenders, balances, drawers, calls to the provider."""

from tests.core.violations import ANY_EVENT, NEW, Violation, number, order

SUMS = {"authorise": "authorised", "capture": "captured", "refund": "refunded"}


def payment(amount: int, status: str = "captured", **events: int) -> str:
    """Return a card payment of the amount on the ready order, with an event of each kind, sums that match them,
    and the amount in the order's paid total."""
    authorised = events.get("authorise", amount)
    columns = {"authorised": authorised} | {SUMS[kind]: n for kind, n in events.items()}
    made = f"""
        INSERT INTO payments (id, order_id, method, status, amount, currency, created_at, {", ".join(columns)})
        VALUES ({NEW}, {order("ready")}, 'card', '{status}', {amount}, 'GBP', now() + interval '{amount} s',
            {", ".join(map(str, columns.values()))})"""
    which = f"(SELECT id FROM payments WHERE amount = {amount})"
    requested = session("completed", amount)
    all_events = {"authorise": authorised} | events
    reported = (told_of(which, kind, n) for kind, n in all_events.items())
    return ";".join(
        [made, requested, *reported, paid(events.get("capture", 0) - events.get("refund", 0))]
    )


def session(status: str, amount: int, payment: str = "") -> str:
    """A page of a session; if it is completed, with the id of the payment of this amount."""
    ended = "NULL" if status == "open" else "now()"
    which = payment or f"(SELECT id FROM payments WHERE amount = {amount})"
    return f"""
        INSERT INTO payment_sessions (id, order_id, flow, amount, currency, status, created_at,
            expires_at, ended_at)
        VALUES ({which}, {order("ready")}, 'page', {amount}, 'GBP', '{status}', now(), now(), {ended})"""


def paid(amount: int, status: str = "ready") -> str:
    return f"UPDATE orders SET paid = paid + {amount} WHERE status = '{status}'"


def told_of(payment: str, kind: str, amount: int, on: str = "", age: str = "0 s") -> str:
    return f"""
        INSERT INTO payment_events (id, payment_id, order_id, kind, amount, event_id, occurred_at)
        VALUES ({NEW}, {payment}, {on or order("ready")}, '{kind}', {amount}, {ANY_EVENT},
            now() - interval '{age}')"""


def gift_card(balance: int, **entries: int) -> str:
    """Return a gift card with the balance, and its entries."""
    made = f"""
        INSERT INTO stored_value_accounts (id, kind, currency, balance, code_hash, created_at)
        VALUES ({NEW}, 'gift_card', 'GBP', {balance}, '\\x00', now())"""
    wrote = (
        f"""
        INSERT INTO stored_value_entries (id, account_id, kind, amount, event_id, occurred_at)
        SELECT {NEW}, id, '{kind}', {amount}, {ANY_EVENT}, now() FROM stored_value_accounts"""
        for kind, amount in entries.items()
    )
    return ";".join([made, *wrote])


def attempt(status: str, age: str) -> str:
    resolved = "now()" if status in ("done", "failed") else "NULL"
    return f"""
        INSERT INTO payment_attempts
            (id, payment_id, order_id, kind, amount, status, tries, created_at, last_called_at, completed_at)
        SELECT {NEW}, id, order_id, 'void', 1, '{status}', 1, now() - interval '{age}', now(), {resolved}
        FROM payments LIMIT 1"""


def card(provider_id: str, rest: str) -> str:
    """Return a saved card of a customer unknown to the provider, with its expiry and removal time."""
    return f"""
        INSERT INTO saved_cards (id, customer_id, provider_id, brand, last4, created_at,
            exp_month, exp_year, removed_at)
        SELECT {NEW}, id, '{provider_id}', 'visa', '4242', now(), {rest} FROM customers LIMIT 1"""


PAYMENT = "SELECT id FROM payments WHERE amount = "
COLLECTED = (
    "(SELECT id FROM payments WHERE order_id = (SELECT id FROM orders WHERE status = 'collected'))"
)
CARD = "SELECT id FROM stored_value_accounts"
SHIFT = "SELECT id FROM shifts"

MONEY = [
    Violation(
        "I1", "captures", "a refund was written and the order not told",
        f"{told_of(COLLECTED, 'refund', 1, order('collected'))};"
        f"UPDATE payments SET refunded = refunded + 1 WHERE id = {COLLECTED}",
        number("collected"),
    ),
    Violation(
        "I1", "captures", "an order says paid and nothing was taken",
        "UPDATE orders SET paid = 5 WHERE status = 'ready'", number("ready"),
    ),
    Violation(
        "I1", "captures", "the money was booked on another order than its tender",
        f"{payment(100)}; UPDATE payments SET captured = 100 WHERE amount = 100;"
        f"{told_of(f'({PAYMENT} 100)', 'capture', 100, order('placed'))}; {paid(100, 'placed')}",
        "SELECT 'payment event ' || id FROM payment_events WHERE amount = 100 AND kind = 'capture'",
    ),
    Violation(
        "I2", "per payment", "more was taken than the payer set aside",
        f"ALTER TABLE payments DROP CONSTRAINT payments_sums_check; {payment(100, capture=120)}",
        f"{PAYMENT} 100",
    ),
    Violation(
        "I2", "per payment", "more was given back than taken",
        f"ALTER TABLE payments DROP CONSTRAINT payments_sums_check; {payment(100, capture=100, refund=150)}",
        f"{PAYMENT} 100",
    ),
    Violation(
        "I2", "per payment", "more is on its way back than was taken",
        f"{payment(100, capture=100, refund=60)}; UPDATE payments SET refunding = 50 WHERE amount = 100",
        f"{PAYMENT} 100",
    ),
    Violation(
        "I2", "per payment", "a sum is not what the events say",
        f"{payment(100, capture=100)}; UPDATE payments SET refunded = 5 WHERE amount = 100",
        f"{PAYMENT} 100",
    ),
    Violation(
        "I2", "per payment", "what was let go was taken all the same",
        f"{payment(100, capture=100)}; {told_of(f'({PAYMENT} 100)', 'void', 1)}", f"{PAYMENT} 100",
    ),
    Violation(
        "I2", "per payment", "nothing was taken, and it was written down",
        "ALTER TABLE payment_events DROP CONSTRAINT payment_events_amount_check;"
        f"{payment(7, capture=0)}",
        f"{PAYMENT} 7",
    ),
    Violation(
        "I2", "a card payment has", "a card was charged that no payer was asked for",
        f"{payment(100)}; DELETE FROM payment_sessions WHERE amount = 100", f"{PAYMENT} 100",
    ),
    Violation(
        "I2", "a card payment has", "a payer paid on the page, and the payment was never inserted",
        session("completed", 100, NEW), "SELECT id FROM payment_sessions WHERE amount = 100",
    ),
    Violation(
        "I4", "a collected order is paid", "it came to less, and nothing went back",
        "UPDATE orders SET credited = 5 WHERE status = 'collected'", number("collected"),
    ),
    Violation(
        "I5", "no money without an order", "its card was charged, and the order never came to be",
        f"{payment(100)}; UPDATE payments SET captured = 100, order_id = {order('cancelled')} WHERE amount = 100;"
        f"UPDATE payment_sessions SET order_id = {order('cancelled')} WHERE amount = 100;"
        "UPDATE orders SET paid = 100 WHERE status = 'cancelled';"
        f"DELETE FROM payment_events WHERE amount = 100;"
        f"{told_of(f'({PAYMENT} 100)', 'authorise', 100, order('cancelled'))};"
        f"{told_of(f'({PAYMENT} 100)', 'capture', 100, order('cancelled'), '6 min')}",
        f"{PAYMENT} 100",
    ),
    Violation(
        "I14", "the balance of a gift card", "a balance was changed and nothing written",
        gift_card(500, issue=400), CARD,
    ),
    Violation(
        "I14", "a gift card that was bought", "a card was captured later, declined, and spent all the same",
        f"{gift_card(500, issue=500)}; UPDATE stored_value_accounts SET order_id = {order('ready')}", CARD,
    ),
    Violation(
        "I14", "a payment by stored value", "a payment holds more of a gift card than it gave",
        f"{gift_card(500, issue=500)}; {payment(100, capture=100)};"
        f"DELETE FROM payment_sessions WHERE amount = 100;"
        f"UPDATE payments SET method = 'gift_card', stored_value_account_id = ({CARD}) WHERE amount = 100",
        f"{PAYMENT} 100",
    ),
    Violation(
        "I18", "no webhook event", "a webhook was never processed",
        """INSERT INTO webhook_events (id, kind, occurred_at, received_at)
           VALUES ('evt_1', 'paid', now(), now() - interval '3 min')""",
        "SELECT 'evt_1'",
    ),
    Violation(
        "I19", "the expected cash", "it was closed with another sum than it should have held",
        f"""INSERT INTO shifts (id, location_id, device_id, currency, opening_float, opened_at, closed_at,
                counted, expected)
            SELECT {NEW}, location_id, id, 'GBP', 100, now(), now(), 100, 90 FROM devices LIMIT 1""",
        f"{SHIFT} WHERE opening_float = 100",
    ),
    Violation(
        "I22", "no call to the payment provider", "an unanswered call was never repeated",
        attempt("unknown", "3 min"), "SELECT id FROM payment_attempts",
    ),
    Violation(
        "I22", "a removed card", "a removed card was never detached",
        card("removed", "NULL, NULL, now() - interval '61 min'"),
        "SELECT 'card ' || id FROM saved_cards",
    ),
    Violation(
        "I22", "a card is saved only", "a customer was erased and the card was not",
        card("kept", "4, 2060, NULL"), "SELECT 'card ' || id FROM saved_cards",
    ),
]  # fmt: skip
