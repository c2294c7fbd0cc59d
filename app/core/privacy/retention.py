"""Retention periods: how long which data is kept, and what happens after that. One literal table."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app.core.access.staff import sessions as staff_sessions
from app.core.access.users import sessions as user_sessions
from app.core.accounts import sessions
from app.core.privacy.events import RETENTION_APPLIED
from app.core.transaction import Transaction

FISCAL = timedelta(days=3653)
"""Ten years: the longest period that tax law of our markets requires for invoices (§ 147 AO as it was until 2024;
HMRC VAT Notice 700/21 requires six)."""
KEPT_AFTER_SIGN_OUT = timedelta(days=30)
"""How long a person may still ask about a sign-in that ended."""
BATCH = 100
"""Rows per transaction: few, so that open shops do not wait for the locks."""


@dataclass(frozen=True)
class RetentionRule:
    description: str
    """Which data, in words."""
    period: timedelta
    statement: str
    """SQL with :before and :batch, for at most that many rows. The number is written into the text, because the
    query plan depends on it."""


def _delete_ended_sign_ins(table: str, lifetime: timedelta) -> str:
    """Return SQL that deletes the sessions that ended `KEPT_AFTER_SIGN_OUT` ago.

    The `period` of these rules counts from the sign-in.
    """
    return f"""
        DELETE FROM {table} WHERE id = ANY (ARRAY(
            SELECT id FROM {table}
            WHERE expires_at < CAST(:before AS timestamptz) + interval '{int(lifetime.total_seconds())} seconds'
            ORDER BY expires_at LIMIT :batch))
        """  # noqa: S608 - names and numbers of ours


RULES: dict[str, RetentionRule] = {
    "idle_carts": RetentionRule(
        "carts without activity that became no order",
        timedelta(days=90),
        """
        WITH gone AS (
            SELECT id FROM carts WHERE order_id IS NULL AND last_activity_at < :before
            ORDER BY last_activity_at LIMIT :batch FOR UPDATE SKIP LOCKED
        ), coupons AS (DELETE FROM cart_coupons WHERE cart_id IN (SELECT id FROM gone)
        ), lines AS (DELETE FROM cart_lines WHERE cart_id IN (SELECT id FROM gone))
        DELETE FROM carts WHERE id IN (SELECT id FROM gone)
        """,
    ),
    "messages": RetentionRule(
        "the text of messages to people",
        timedelta(days=730),
        """
        UPDATE messages SET body = '' WHERE id IN (
            SELECT id FROM messages WHERE body <> '' AND created_at < :before ORDER BY created_at LIMIT :batch)
        """,
    ),
    "addresses": RetentionRule(
        "email addresses and phone numbers of guests, until claims lapse (§ 195 BGB)",
        timedelta(days=4 * 366),
        """
        UPDATE contacts SET email = NULL, phone = NULL WHERE id IN (
            SELECT id FROM contacts n WHERE (email IS NOT NULL OR phone IS NOT NULL) AND created_at < :before
                AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id)
            ORDER BY created_at LIMIT :batch)
        """,
    ),
    "names": RetentionRule(
        "names of buyers, as on their invoices",
        FISCAL,
        """
        UPDATE contacts SET name = NULL WHERE id IN (
            SELECT id FROM contacts n WHERE name IS NOT NULL AND created_at < :before
                AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id AND c.erased_at IS NULL)
            ORDER BY created_at LIMIT :batch)
        """,
    ),
    "buyers": RetentionRule(
        "the buyer on invoices and credit notes",
        FISCAL,
        """
        DELETE FROM document_buyers WHERE document_id = ANY (ARRAY(
            SELECT d.id FROM documents d JOIN document_buyers b ON b.document_id = d.id
            WHERE d.issued_at < :before ORDER BY d.issued_at LIMIT :batch))
        """,
    ),
    "billing": RetentionRule(
        "the billing details of an order: its invoice has them, or it has no invoice",
        timedelta(days=90),
        """
        DELETE FROM order_billing WHERE id = ANY (ARRAY(
            SELECT b.id FROM order_billing b JOIN orders o ON o.id = b.order_id
            WHERE b.created_at < :before AND (o.status IN ('cancelled', 'expired')
                OR EXISTS (SELECT 1 FROM documents d WHERE d.order_id = o.id AND d.kind = 'invoice'))
            ORDER BY b.created_at LIMIT :batch))
        """,
    ),
    "payment_pages": RetentionRule(
        "the address of a payment page whose end the provider never confirmed",
        timedelta(days=1),
        """
        UPDATE payment_sessions SET url = NULL WHERE id = ANY (ARRAY(
            SELECT id FROM payment_sessions WHERE status = 'open' AND url IS NOT NULL AND expires_at < :before
            ORDER BY created_at LIMIT :batch))
        """,
    ),
    "challenges": RetentionRule(
        "one-time codes and the addresses that they went to",
        timedelta(days=1),
        """
        DELETE FROM account_challenges WHERE id = ANY (ARRAY(
            SELECT id FROM account_challenges WHERE expires_at < :before ORDER BY expires_at LIMIT :batch))
        """,
    ),
    "store_credit_codes": RetentionRule(
        "one-time codes to pay with store credit at a counter",
        timedelta(days=1),
        """
        DELETE FROM store_credit_codes WHERE id = ANY (ARRAY(
            SELECT id FROM store_credit_codes WHERE expires_at < :before ORDER BY expires_at LIMIT :batch))
        """,
    ),
    "sessions": RetentionRule(
        "sessions of shoppers, which they can see for a month after the end",
        sessions.SESSION_LIFETIME + KEPT_AFTER_SIGN_OUT,
        _delete_ended_sign_ins("account_sessions", sessions.SESSION_LIFETIME),
    ),
    "user_sessions": RetentionRule(
        "sessions of users; the audit log keeps what they did",
        user_sessions.SESSION_LIFETIME + KEPT_AFTER_SIGN_OUT,
        _delete_ended_sign_ins("user_sessions", user_sessions.SESSION_LIFETIME),
    ),
    "staff_sessions": RetentionRule(
        "sessions of staff at tills; the audit log keeps what they did",
        staff_sessions.SESSION_LIFETIME + KEPT_AFTER_SIGN_OUT,
        _delete_ended_sign_ins("staff_sessions", staff_sessions.SESSION_LIFETIME),
    ),
    "webhook_events": RetentionRule(
        "processed webhook events of the payment provider, which repeats them for a month at most",
        timedelta(days=60),
        """
        DELETE FROM webhook_events WHERE id = ANY (ARRAY(
            SELECT id FROM webhook_events WHERE processed_at IS NOT NULL AND received_at < :before
            ORDER BY received_at LIMIT :batch))
        """,
    ),
    "rate_limits": RetentionRule(
        "counters of attempts, whose longest limit is a day",
        timedelta(days=1),
        """
        DELETE FROM rate_limits WHERE (purpose, subject) IN (
            SELECT purpose, subject FROM rate_limits
            WHERE resets_at < CAST(:before AS timestamptz) + interval '1 day'
            ORDER BY resets_at LIMIT :batch FOR UPDATE SKIP LOCKED)
        """,
    ),
}


@dataclass(frozen=True)
class ApplyRetentionRule:
    rule: str


def apply_retention_rule(tx: Transaction, command: ApplyRetentionRule) -> int:
    """Apply a rule to one batch of rows; return how many.

    Orders, events and consents stay, because they name no person.
    """
    rule = RULES[command.rule]
    statement = text(rule.statement.replace(":batch", str(BATCH)))
    done = tx.session.connection().execute(statement, {"before": tx.now - rule.period}).rowcount
    if done:
        tx.record(RETENTION_APPLIED, {"rule": command.rule, "rows": done})
    return done
