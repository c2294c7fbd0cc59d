"""Rows that a bug would leave about orders, jobs and events; see `violations.py`."""

from tests.core.violations import (
    COPIED_FULFILMENT,
    COPIED_LINES,
    COPIED_ORDER,
    NEW,
    Violation,
    event,
    job,
    number,
    order,
)


def step(count: int, before: str, after: str) -> str:
    return f'{{"step": {count}, "from": {before}, "to": {after}}}'


def moved(status: str, to: str, payload: str) -> str:
    """Move the order of one status into another, with an event that has `payload`."""
    on = order(status)
    return (
        f"{event('order.test', on, payload)}; UPDATE fulfilments SET status = '{to}' WHERE order_id = {on};"
        f"UPDATE orders SET status = '{to}', transition_count = transition_count + 1, net = net "
        f"WHERE status = '{status}'"
    )


LAST_JOB = "SELECT 'job ' || max(id) FROM procrastinate_jobs"
QUOTE = "UPDATE orders SET quote = jsonb_set(quote, '{%s}', '1') WHERE status = 'ready'"

ORDERS = [
    Violation(
        "I10", "each transition", "the state was changed past the history",
        f"UPDATE fulfilments SET status = 'collected' WHERE order_id = {order('expired')};"
        "UPDATE orders SET status = 'cancelled' WHERE status = 'expired';"
        "UPDATE fulfilments SET status = 'cancelled' WHERE status = 'collected' AND collected_at IS NULL",
        "SELECT number FROM orders o JOIN fulfilments f ON f.order_id = o.id "
        "WHERE o.status = 'cancelled' AND f.ready_at IS NOT NULL",
    ),
    Violation(
        "I10", "each transition", "a transition that is not allowed",
        moved("ready", "picking", step(4, '"ready"', '"picking"')), number("picking"),
    ),
    Violation(
        "I10", "each transition", "a transition that starts elsewhere",
        moved("ready", "expired", step(4, '"picking"', '"expired"')),
        "SELECT number FROM orders WHERE status = 'expired' AND transition_count = 4 AND id IN "
        "(SELECT order_id FROM events WHERE kind = 'order.test')",
    ),
    Violation(
        "I10", "each transition", "a step left out",
        moved("ready", "picking", step(5, '"ready"', '"picking"')).replace("picking'", "ready'"),
        number("ready"),
    ),
    Violation(
        "I10", "each transition", "a step without its number",
        moved("placed", "picking", step(0, '"placed"', '"picking"').replace(": 0", ": null")),
        number("picking"),
    ),
    Violation(
        "I10", "each transition", "a transition to nowhere",
        moved("placed", "picking", step(2, '"placed"', "null")), number("picking"),
    ),
    Violation(
        "I10", "each transition", "an order without a history",
        f"{COPIED_ORDER}; {COPIED_LINES}; {COPIED_FULFILMENT}", "SELECT 'COPY'",
    ),
    Violation(
        "I10", "each transition", "a history without its order",
        event("order.placed", "'00000000-0000-7000-8000-000000000001'", step(1, "null", '"placed"')),
        "SELECT '00000000-0000-7000-8000-000000000001'",
    ),
    Violation(
        "I10", "a fulfilment has", "the order went on without its fulfilment",
        f"UPDATE fulfilments SET status = 'picking' WHERE order_id = {order('ready')}", number("ready"),
    ),
    Violation(
        "I10", "a fulfilment has", "an order lost its fulfilment",
        f"{COPIED_ORDER}; {COPIED_LINES}; "
        + event("order.placed", "(SELECT id FROM orders WHERE number = 'COPY')", step(1, "null", '"placed"')),
        "SELECT 'COPY'",
    ),
    Violation(
        "I10", "goods of an order", "a line lost its fulfilment",
        f"UPDATE order_lines SET fulfilment_id = NULL WHERE order_id = {order('placed')}", number("placed"),
    ),
    Violation(
        "I12", "the price charged", "a frozen price was changed",
        QUOTE % "lines,0,unit_price", number("ready"),
    ),
    Violation(
        "I12", "the price charged", "a frozen result was changed",
        QUOTE % "lines,0,total", number("ready"),
    ),
    Violation(
        "I12", "the price charged", "a frozen fact is lost",
        "UPDATE orders SET quote = quote - 'lines' WHERE status = 'ready'", number("ready"),
    ),
    Violation(
        "I12", "the price charged", "another hash was shown",
        "UPDATE orders SET quote_hash = 'x' WHERE status = 'ready'", number("ready"),
    ),
    Violation(
        "I13", "lines add up", "a line comes to another amount",
        "UPDATE order_lines SET total = total + 1, net = net + 1 "
        f"WHERE position = 1 AND order_id = {order('ready')}",
        number("ready"),
    ),
    Violation(
        "I13", "lines add up", "net and tax of two pence slipped",
        f"UPDATE order_lines SET tax = tax + 2, net = net - 2 WHERE order_id = {order('ready')} AND position = 1",
        number("ready"),
    ),
    Violation(
        "I13", "lines add up", "a dropped unit did not lower what is owed",
        f"UPDATE order_lines SET cancelled = 1 WHERE order_id = {order('ready')} AND position = 1",
        number("ready"),
    ),
    Violation(
        "I13", "lines add up", "what was cancelled is not the share of what was dropped",
        "UPDATE orders SET cancelled = 3 WHERE status = 'ready'", number("ready"),
    ),
    Violation(
        "I13", "lines add up", "an order has no lines",
        f"UPDATE order_lines SET order_id = {order('ready')}, position = 9 WHERE order_id = {order('placed')}",
        "SELECT number FROM orders WHERE status IN ('placed', 'ready')",
    ),
    Violation(
        "I17", "one effect", "an order's cart does not know it",
        f"UPDATE carts SET order_id = NULL WHERE order_id = {order('ready')}", number("ready"),
    ),
    Violation(
        "I17", "one effect", "a cart became two orders",
        f"UPDATE carts SET order_id = NULL WHERE order_id = {order('placed')};"
        f"UPDATE orders SET cart_id = {order('ready', 'cart_id')} WHERE status = 'placed'",
        "SELECT number FROM orders WHERE status = 'placed' UNION ALL "
        "SELECT min(number) FROM orders WHERE status IN ('placed', 'ready')",
    ),
    Violation(
        "I17", "one effect", "a cart's order is not there",
        f"UPDATE carts SET order_id = {NEW} WHERE order_id IS NULL",
        "SELECT 'cart ' || id FROM carts WHERE order_id NOT IN (SELECT id FROM orders)",
    ),
]  # fmt: skip

OPERATION = [
    Violation("I18", "no job waits", "a job failed", job("failed", "0 s"), LAST_JOB),
    Violation("I18", "no job waits", "a job is not taken", job("todo", "3 min"), LAST_JOB),
    Violation("I18", "no job waits", "a job does not end", job("doing", "3 min"), LAST_JOB),
    Violation(
        "I18", "no job waits", "a job's time has passed",
        job("todo", "0 s", "now() - interval '3 min'"), LAST_JOB,
    ),
    Violation(
        "I18", "no job waits", "a job without a start time",
        f"{job('todo', '0 s')}; DELETE FROM procrastinate_events", LAST_JOB,
    ),
    Violation(
        "I18", "no message", "a letter was not sent",
        f"""INSERT INTO threads (id, contact_id, topic, subject, status, opened_at)
            SELECT {NEW}, id, 'order', 'Order', 'open', now() FROM contacts LIMIT 1;
            INSERT INTO messages (id, thread_id, direction, contact_channel, status, body, created_at)
            SELECT {NEW}, id, 'out', 'email', 'queued', '', now() - interval '3 min' FROM threads""",
        "SELECT 'message ' || id FROM messages",
    ),
    Violation(
        "I20", "the sealed chain", "an event was rewritten",
        "UPDATE events SET payload = '{}' WHERE kind = 'order.items_unavailable'",
        "SELECT position FROM event_seals JOIN events ON id = event_id WHERE kind = 'order.items_unavailable'",
    ),
    Violation(
        "I20", "no event stays unsealed", "the sealer stands still",
        event("test.late", "NULL", age="3 min"), "SELECT id FROM events WHERE kind = 'test.late'",
    ),
    *(
        Violation(
            "I20", "every change", f"a {thing} without its event",
            f"UPDATE {table} SET event_id = {NEW} WHERE id = (SELECT min(id::text)::uuid FROM {table})",
            f"SELECT '{thing} ' || min(id::text) FROM {table}",
        )
        for thing, table in
        (("movement", "stock_movements"), ("payment event", "payment_events"), ("price", "prices"))
    ),
]  # fmt: skip
