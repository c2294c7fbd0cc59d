"""How long what is kept, and what becomes of it then: one literal table."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app.core.access.staff import sign_in as staff_sign_in
from app.core.access.users import sign_in as user_sign_in
from app.core.accounts import sessions
from app.core.transaction import Transaction

FISCAL = timedelta(days=3653)
"""Ten years: the longest that tax law of our markets asks invoices to be kept (§ 147 AO as it was until 2024;
HMRC VAT Notice 700/21 asks for six)."""
KEPT_AFTER_SIGN_OUT = timedelta(days=30)
"""For so long one may still ask what became of a sign-in that is over."""
BATCH = 100
"""Rows of one transaction: shops that are open never wait for a night's work."""


@dataclass(frozen=True)
class RetentionRule:
    description: str
    """What, in words."""
    period: timedelta
    statement: str
    """Of :before and :batch, at most so many rows; the number stands in the text, since plans depend on it."""


def _delete_ended_sign_ins(table: str, lifetime: timedelta) -> str:
    """Those whose time was over for `SIGNED_OUT`: of all their rules, `after` counts from the signing in."""
    return f"""
        DELETE FROM {table} WHERE id = ANY (ARRAY(
            SELECT id FROM {table}
            WHERE expires_at < CAST(:before AS timestamptz) + interval '{int(lifetime.total_seconds())} seconds'
            ORDER BY expires_at LIMIT :batch))
        """  # noqa: S608 - names and numbers of ours


RULES: dict[str, RetentionRule] = {
    "idle_carts": RetentionRule(
        "carts that nobody has touched and that became no order",
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
    "letters": RetentionRule(
        "what was written to people",
        timedelta(days=730),
        """
        UPDATE messages SET body = '' WHERE id IN (
            SELECT id FROM messages WHERE body <> '' AND created_at < :before ORDER BY created_at LIMIT :batch)
        """,
    ),
    "addresses": RetentionRule(
        "addresses and numbers of guests, until claims lapse (§ 195 BGB)",
        timedelta(days=4 * 366),
        """
        UPDATE contacts SET email = NULL, phone = NULL WHERE id IN (
            SELECT id FROM contacts n WHERE (email IS NOT NULL OR phone IS NOT NULL) AND created_at < :before
                AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id)
            ORDER BY created_at LIMIT :batch)
        """,
    ),
    "names": RetentionRule(
        "names of buyers, as invoices have them",
        FISCAL,
        """
        UPDATE contacts SET name = NULL WHERE id IN (
            SELECT id FROM contacts n WHERE name IS NOT NULL AND created_at < :before
                AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.contact_id = n.id AND c.erased_at IS NULL)
            ORDER BY created_at LIMIT :batch)
        """,
    ),
    "buyers": RetentionRule(
        "who bought, as invoices and credit notes have it",
        FISCAL,
        """
        DELETE FROM document_buyers WHERE document_id = ANY (ARRAY(
            SELECT d.id FROM documents d JOIN document_buyers b ON b.document_id = d.id
            WHERE d.issued_at < :before ORDER BY d.issued_at LIMIT :batch))
        """,
    ),
    "billing": RetentionRule(
        "to whom an invoice was to be written: the invoice has it, or there was none",
        timedelta(days=90),
        """
        DELETE FROM order_billing WHERE id = ANY (ARRAY(
            SELECT b.id FROM order_billing b JOIN orders o ON o.id = b.order_id
            WHERE b.created_at < :before AND (o.state IN ('cancelled', 'expired')
                OR EXISTS (SELECT 1 FROM documents d WHERE d.order_id = o.id AND d.kind = 'invoice'))
            ORDER BY b.created_at LIMIT :batch))
        """,
    ),
    "challenges": RetentionRule(
        "codes that were sent, and where to",
        timedelta(days=1),
        """
        DELETE FROM account_challenges WHERE id = ANY (ARRAY(
            SELECT id FROM account_challenges WHERE expires_at < :before ORDER BY expires_at LIMIT :batch))
        """,
    ),
    "sessions": RetentionRule(
        "where somebody was signed in, for who asks what became of it a month after its end",
        sessions.SESSION_LIFETIME + KEPT_AFTER_SIGN_OUT,
        _delete_ended_sign_ins("account_sessions", sessions.SESSION_LIFETIME),
    ),
    "user_sessions": RetentionRule(
        "where the merchant's people were signed in; who did what stays in the audit log",
        user_sign_in.LIVES + KEPT_AFTER_SIGN_OUT,
        _delete_ended_sign_ins("user_sessions", user_sign_in.LIVES),
    ),
    "staff_sessions": RetentionRule(
        "who was signed in at which till; who did what stays in the audit log",
        staff_sign_in.LIVES + KEPT_AFTER_SIGN_OUT,
        _delete_ended_sign_ins("staff_sessions", staff_sign_in.LIVES),
    ),
    "notices": RetentionRule(
        "what the payment provider told us unasked, and was heeded: it repeats itself for a month at most",
        timedelta(days=60),
        """
        DELETE FROM provider_notices WHERE id = ANY (ARRAY(
            SELECT id FROM provider_notices WHERE heeded_at IS NOT NULL AND received_at < :before
            ORDER BY received_at LIMIT :batch))
        """,
    ),
    "rate_limits": RetentionRule(
        "how often somebody tried, a day at most",
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
    """Apply a rule to a batch; how many rows. What an order, an event or a consent says stays: it names nobody."""
    rule = RULES[command.rule]
    statement = text(rule.statement.replace(":batch", str(BATCH)))
    done = tx.session.connection().execute(statement, {"before": tx.now - rule.period}).rowcount
    if done:
        tx.record("retention.applied", {"rule": command.rule, "rows": done})
    return done
