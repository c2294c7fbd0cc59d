"""Years of payments, for tests of the plans of statements that search them."""

MONEY = (
    """
    INSERT INTO payments (id, order_id, method, status, amount, currency, authorised, captured, provider_id,
        created_at)
    SELECT gen_random_uuid(), id, 'card', 'captured', total, currency, total, total, 'pi_' || number, placed_at
    FROM orders
    """,
    """
    INSERT INTO payment_sessions (id, order_id, flow, amount, currency, status, page_id, provider_id, created_at,
        expires_at, ended_at)
    SELECT id, order_id, 'page', amount, currency, 'completed', 'cs_' || id, provider_id, created_at, created_at,
        created_at
    FROM payments
    """,
    """
    INSERT INTO payment_events (id, payment_id, order_id, kind, amount, event_id, occurred_at)
    SELECT gen_random_uuid(), p.id, p.order_id, k, p.amount, (SELECT id FROM events LIMIT 1), now()
    FROM payments p, unnest(ARRAY['authorise', 'capture']) k
    """,
    """INSERT INTO payment_attempts (id, payment_id, order_id, kind, amount, status, tries, created_at,
    last_called_at, completed_at) SELECT gen_random_uuid(), id, order_id, 'capture', amount, 'done', 1, now(),
    now(), now() FROM payments """,
    """
    INSERT INTO webhook_events (id, kind, provider_id, occurred_at, received_at, processed_at)
    SELECT 'evt_' || provider_id, 'paid', provider_id, now(), now(), now() FROM payments
    """,
    """
    INSERT INTO refunds (id, order_id, amount, currency, reason, status, event_id, created_at)
    SELECT gen_random_uuid(), id, 1, 'GBP', '', 'done', gen_random_uuid(), now() FROM orders
    """,
    """
    INSERT INTO stored_value_accounts (id, kind, currency, balance, code_hash, last4, created_at)
    SELECT gen_random_uuid(), 'gift_card', 'GBP', 0, sha256(convert_to(number, 'UTF8')), right(number, 4), now()
    FROM orders
    """,
    """
    INSERT INTO stored_value_entries (id, account_id, kind, amount, event_id, occurred_at)
    SELECT gen_random_uuid(), id, 'issue', 1, gen_random_uuid(), now() FROM stored_value_accounts
    """,
    """
    INSERT INTO shifts (id, location_id, device_id, currency, opening_float, opened_at, closed_at, counted,
        expected)
    SELECT gen_random_uuid(), d.location_id, d.id, 'GBP', 0, now(), now(), 0, 0
    FROM orders, (SELECT id, location_id FROM devices LIMIT 1) d
    """,
    """
    INSERT INTO disputes (id, payment_id, order_id, provider_id, amount, currency, reason, status, opened_at,
        answered_at, closed_at)
    SELECT gen_random_uuid(), id, order_id, 'dp_' || provider_id, 1, 'GBP', '', 'lost', now(), now(), now()
    FROM payments
    """,
)
