"""Where people's data is: each column of text of each table is declared here, and so found by an export and an
erasure. `tests/core/test_personal_data.py` reads the tables of the database and fails for one that is missing.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    plain: str = ""
    """Columns that say nothing about a person."""
    pseudonym: str = ""
    """Tell one person from another and not who she is: a keyed hash that no address leads to any more."""
    staff: str = ""
    """Names of people who work here, or words they chose: not a shopper's."""
    kept: str = ""
    """A person's, and kept by law after an erasure, in the rows that `erased` leaves them in."""
    erased: dict[str, str] = field(default_factory=dict)
    """A person's: what an erasure sets each column to."""
    whose: str = ""
    """Which rows belong to a person: of :customers, :contacts, :orders, :carts; :subjects in an erasure only."""
    shown: str = ""
    """What an export tells of them."""
    deleted: bool = False
    """An erasure deletes the rows: copies, and what an account is made of."""


CUSTOMER = "customer_id = ANY(:customers)"
ORDER = "order_id = ANY(:orders)"
CONTACT = "contact_id = ANY(:contacts)"

BUYERS = "CASE WHEN id = ANY(:buyers) THEN name END"
"""The name of who bought: an invoice names its customer (Directive 2006/112/EC, article 226 (5)), and is kept for
`retention.FISCAL`."""

TABLES: dict[str, Table] = {
    "account_challenges": Table(
        plain="purpose kind locale",
        pseudonym="subject",
        erased={"encrypted_address": "NULL"},
        whose=f"{CUSTOMER} OR subject = ANY(:subjects)",
        deleted=True,
    ),
    "account_passkeys": Table(
        erased={"credential_id": "''", "public_key": "''", "name": "''"},
        whose=CUSTOMER,
        shown="created_at name used_at",
        deleted=True,
    ),
    "account_passwords": Table(
        erased={"hash": "''"}, whose=CUSTOMER, shown="changed_at", deleted=True
    ),
    "account_sessions": Table(
        plain="sales_channel",
        erased={"device": "NULL", "name": "''", "ended_at": "coalesce(ended_at, :now)"},
        whose=CUSTOMER,
        shown="created_at name sales_channel seen_at expires_at ended_at",
    ),
    "api_clients": Table(plain="name version role sales_channel key_hash scopes"),
    "card_setups": Table(whose=CUSTOMER, shown="created_at", deleted=True),
    "carts": Table(
        plain="sales_channel currency method",
        whose="id = ANY(:carts)",
        shown="created_at last_activity_at sales_channel",
    ),
    "cart_lines": Table(whose="cart_id = ANY(:carts)", shown="variant_id quantity"),
    "consents": Table(
        plain="purpose contact_channel state source text_version locale evidence",
        whose=CONTACT,
        shown="at purpose contact_channel state source text_version locale evidence",
    ),
    "contacts": Table(
        kept="name",
        erased={"name": BUYERS, "email": "NULL", "phone": "NULL", "import_source": "NULL"},
        whose="id = ANY(:contacts)",
        shown="created_at name email phone import_source",
    ),
    "coupons": Table(plain="code folded"),
    "customer_merges": Table(
        plain="because",
        whose="merged_id = ANY(:customers) OR into_id = ANY(:customers)",
        shown="created_at because",
    ),
    "customer_notes": Table(
        plain="actor_kind", erased={"body": "''"}, whose=CUSTOMER, shown="created_at body"
    ),
    "customers": Table(
        erased={"customer_group": "NULL", "locale": "NULL", "tags": "'[]'"},
        whose="id = ANY(:customers)",
        shown="created_at customer_group locale tags",
    ),
    "devices": Table(plain="token_hash pairing_hash", staff="name"),
    "document_buyers": Table(
        plain="salt",
        kept="name address country vat_number",
        whose="document_id IN (SELECT id FROM documents WHERE order_id = ANY(:orders))",
        shown="document_id name address country vat_number",
    ),
    "document_numbers": Table(plain="kind"),
    "documents": Table(
        plain="kind label currency content content_hash",
        whose=ORDER,
        shown="issued_at kind label currency net tax total",
    ),
    "disputes": Table(
        plain="provider_id currency reason state",
        whose=ORDER,
        shown="opened_at amount reason state",
    ),
    "drawer_entries": Table(staff="reason"),
    "erasures": Table(pseudonym="customer_ids contact_ids"),
    "events": Table(
        plain="kind actor_kind actor_role reason sales_channel contact_channel payload",
        whose=f"{CUSTOMER} AND order_id IS NULL OR {ORDER}",
        shown="occurred_at kind actor_kind sales_channel contact_channel",
    ),
    "fulfilments": Table(
        plain="method state",
        whose=ORDER,
        shown="method state promised_at collect_by arrived_at ready_at collected_at",
    ),
    "identities": Table(
        plain="kind",
        erased={"value": "''", "ended_at": "coalesce(ended_at, :now)"},
        whose=CUSTOMER,
        shown="created_at kind value verified_at ended_at",
    ),
    "legal_entities": Table(
        plain="code name address country vat_number invoice_prefix credit_note_prefix language"
    ),
    "locations": Table(plain="code name kind address country timezone hours holidays region"),
    "markets": Table(plain="country tax_by rounding rounded"),
    "messages": Table(
        plain="direction contact_channel template",
        erased={
            "body": "''",
            "external_id": "NULL",
            "status": "CASE WHEN status = 'queued' THEN 'superseded' ELSE status END",
        },
        whose="thread_id IN (SELECT id FROM threads WHERE contact_id = ANY(:contacts))",
        shown="created_at direction contact_channel template status sent_at body",
    ),
    "order_billing": Table(
        erased=dict.fromkeys(("name", "address", "country"), "''") | {"vat_number": "NULL"},
        whose=ORDER,
        shown="name address country vat_number",
        deleted=True,
    ),
    "order_lines": Table(
        plain="sku title barcode kind",
        whose=ORDER,
        shown="sku title quantity cancelled unit_price tax_rate total",
    ),
    "orders": Table(
        plain="number state currency quote quote_hash started_channel assisted_channel paid_channel "
        "collected_channel locale terms_version import_source attention",
        whose="id = ANY(:orders)",
        shown="placed_at number state currency total net tax paid started_channel assisted_channel "
        "paid_channel collected_channel locale terms_version import_source",
    ),
    "payment_attempts": Table(
        plain="kind reader state declined", whose=ORDER, shown="created_at kind amount state"
    ),
    "payment_events": Table(plain="kind source way", whose=ORDER, shown="occurred_at kind amount"),
    "payments": Table(
        plain="method state via currency provider_id page_id payer",
        whose=ORDER,
        shown="created_at method state amount authorised captured refunded currency",
    ),
    "postal_addresses": Table(
        erased=dict.fromkeys(("label", "name", "lines", "town", "postcode", "country"), "''"),
        whose=CONTACT,
        shown="created_at label name lines town postcode country",
        deleted=True,
    ),
    "preferences": Table(
        plain="kind",
        erased={"value": "''"},
        whose=CUSTOMER,
        shown="stated_at kind value",
        deleted=True,
    ),
    "prepaid_entries": Table(
        plain="kind",
        whose="prepaid_id IN (SELECT id FROM prepaids WHERE customer_id = ANY(:customers))",
        shown="occurred_at kind amount",
    ),
    "prepaids": Table(
        plain="kind currency code_hash last_four",
        whose=CUSTOMER,
        shown="created_at kind currency balance expires_at",
    ),
    "price_lists": Table(
        plain="code name currency customer_group channel reason", staff="approved_by"
    ),
    "prices": Table(plain="currency"),
    "procrastinate_events": Table(plain="type"),
    "procrastinate_jobs": Table(plain="queue_name task_name lock queueing_lock args status"),
    "procrastinate_periodic_defers": Table(plain="task_name periodic_id"),
    "provider_notices": Table(plain="id kind provider_id customer"),
    "products": Table(plain="handle title description vendor category tags status skus search"),
    "promotion_people": Table(pseudonym="person"),
    "promotion_uses": Table(pseudonym="person", whose=ORDER, shown="created_at amount"),
    "promotions": Table(
        plain="code title kind currency terms scopes conditions gift_sku reason",
        staff="approved_by",
    ),
    "rate_limits": Table(
        plain="purpose", pseudonym="subject", whose="subject = ANY(:subjects)", deleted=True
    ),
    "refunds": Table(
        plain="currency state",
        staff="reason",
        whose=ORDER,
        shown="created_at amount currency state",
    ),
    "reservations": Table(plain="status"),
    "saved_cards": Table(
        plain="provider_id",
        erased=dict.fromkeys(("brand", "last_four"), "''")
        | dict.fromkeys(("exp_month", "exp_year"), "NULL")
        | {"removed_at": "coalesce(removed_at, :now)"},
        whose=CUSTOMER,
        shown="created_at brand last_four exp_month exp_year used_at removed_at",
    ),
    "seal": Table(plain="hash"),
    "shifts": Table(plain="currency"),
    "shortfalls": Table(plain="cause"),
    "signed_quotes": Table(plain="quote_hash facts promotions country region store"),
    "staff": Table(staff="number name pin_hash"),
    "staff_roles": Table(staff="role"),
    "staff_sessions": Table(staff="token_hash"),
    "stock_movements": Table(plain="kind", staff="reason"),
    "stored_answers": Table(
        plain="caller route key request_hash",
        erased={"body": "''"},
        whose="caller = ANY(:callers) OR EXISTS (SELECT 1 FROM unnest(CAST(:names AS text[])) n "
        "WHERE strpos(route, n) > 0)",
        deleted=True,
    ),
    "suppressions": Table(plain="contact_channel purpose reason", pseudonym="address_hash"),
    "tasks": Table(
        plain="kind department", whose=f"{CUSTOMER} OR {ORDER}", shown="created_at kind finished_at"
    ),
    "tax_rates": Table(plain="country region category"),
    "threads": Table(
        plain="topic status",
        erased={"subject": "''"},
        whose=CONTACT,
        shown="opened_at topic subject status resolved_at",
    ),
    "user_sessions": Table(staff="token_hash"),
    "users": Table(staff="email name roles password_hash code_secret invitation_hash"),
    "variant_costs": Table(plain="currency"),
    "variants": Table(plain="sku barcode options tax_category"),
    "wishlist_items": Table(whose=CUSTOMER, shown="created_at variant_id", deleted=True),
}


def declared(table: Table) -> list[str]:
    """Its columns of text, each as often as it is declared; `name` that is kept is also one that is erased, but
    for rows that law keeps whole."""
    plain = f"{table.plain} {table.pseudonym} {table.staff}".split()
    whole = [column for column in table.kept.split() if column not in table.erased]
    return [*plain, *table.erased, *whole]
