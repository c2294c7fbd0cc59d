"""The texts of a timeline: one literal table, English and German side by side."""

from app.core.money import format_minor
from app.core.orders.timeline import TimelineEntry

LANGUAGES = ("en", "de")

Translations = tuple[str, str]
"""One text for each of LANGUAGES."""

KINDS: dict[str, Translations] = {
    "order.unpaid": ("Order {number} awaits payment of {amount}", "Bestellung {number} wartet auf {amount}"),
    "order.placed": ("Order {number} placed for {amount}", "Bestellung {number} über {amount} aufgegeben"),
    "order.picking": ("Picking of order {number} began", "Bestellung {number} wird gepackt"),
    "order.picked": ("Items of order {number} picked", "Ware der Bestellung {number} gepackt"),
    "order.items_unavailable": ("Items of order {number} unavailable", "Bei Bestellung {number} fehlte Ware"),
    "order.ready": ("Order {number} is ready to collect", "Bestellung {number} liegt zur Abholung bereit"),
    "order.arrived": ("Customer arrived for order {number}", "Zur Abholung von {number} gekommen"),
    "order.code_refused": ("Wrong pickup code for order {number}", "Falscher Abholcode für Bestellung {number}"),
    "order.collected": ("Order {number} collected, {amount} paid", "{number} abgeholt, {amount} bezahlt"),
    "order.invoiced": ("Invoice for order {number} over {amount}", "Rechnung zu {number} über {amount}"),
    "order.credited": ("Credit note for order {number} over {amount}", "Rechnungskorrektur zu {number}: {amount}"),
    "order.restocked": ("Items of order {number} restocked", "Ware der Bestellung {number} zurückgeräumt"),
    "order.reminded": ("Reminded of order {number}", "An Bestellung {number} erinnert"),
    "order.cancelled": ("Order {number} cancelled", "Bestellung {number} storniert"),
    "order.expired": ("Order {number} was not collected in time", "{number} nicht rechtzeitig abgeholt"),
    "order.refunded": ("{amount} of order {number} refunded", "{amount} von Bestellung {number} erstattet"),
    "order.refunded_manually": ("{amount} refunded manually", "{amount} manuell erstattet"),
    "order.refund_rerouted": ("Refund moved to another payment", "Erstattung auf anderem Weg"),
    "order.late_payment_released": ("Late payment of order {number} released", "{number} nach ihrem Ende bezahlt"),
    "order.review_flagged": ("Order {number} needs review", "Bestellung {number} wird geprüft"),
    "payment.authorised": ("{amount} authorised for order {number}", "{amount} für {number} reserviert"),
    "payment.captured": ("{amount} captured for order {number}", "{amount} für {number} abgebucht"),
    "payment.voided": ("{amount} released", "{amount} freigegeben"),
    "payment.released": ("{amount} released", "{amount} freigegeben"),
    "payment.declined": ("Payment declined by the provider", "Zahlungsdienst lehnte ab"),
    "payment.refunded": ("{amount} refunded to the payer", "{amount} zurückgezahlt"),
    "payment.refund_reversed": ("A refund of {amount} failed", "Rückzahlung von {amount} gescheitert"),
    "payment.charged_back": ("{amount} charged back by the bank", "{amount} von der Bank zurückgeholt"),
    "payment.chargeback_reversed": ("Chargeback of {amount} reversed", "{amount} von der Bank zurückgewonnen"),
    "payment.fee": ("Fee of {amount}", "Gebühr von {amount}"),
    "gift_card.issued": ("Gift card with {amount}", "Gutschein über {amount}"),
    "store_credit.granted": ("Store credit of {amount}", "Guthaben über {amount}"),
    "order.review_cleared": ("Payment review of {number} cleared", "Zahlung von {number} ist in Ordnung"),
    "order.review_resolved": ("Payment review of {number} resolved", "Zahlung von {number} geklärt"),
    "order.dispute_answered": ("Dispute of {number} answered", "Reklamation von {number} beantwortet"),
    "order.payment_requested": ("Payment of {amount} requested for {number}", "Um {amount} für {number} gebeten"),
    "order.imported": ("Bought earlier for {amount}", "Früherer Einkauf über {amount}"),
    "order.claimed": ("Order {number} added to the account", "Bestellung {number} ins Konto übernommen"),
    "cart.merged": ("Cart merged into the account", "Warenkorb ins Konto übernommen"),
    "account.created": ("Account created by {by}", "Konto eröffnet über {by}"),
    "account.signed_in": ("Signed in", "Angemeldet"),
    "account.session_ended": ("Signed out", "Abgemeldet"),
    "account.password_set": ("Password set", "Passwort gesetzt"),
    "account.passkey_added": ("Passkey added", "Passkey hinzugefügt"),
    "account.passkey_removed": ("Passkey removed", "Passkey entfernt"),
    "account.card_saved": ("Card saved", "Karte für das nächste Mal hinterlegt"),
    "account.card_removed": ("Card removed", "Karte entfernt"),
    "account.address_added": ("Another {by} added", "Weitere Kontaktmöglichkeit: {by}"),
    "account.updated": ("Account updated", "Kontodaten geändert"),
    "customer.preferences_stated": ("Preferences set", "Vorlieben angegeben"),
    "customer.created": ("Customer record created", "Kundenkonto angelegt"),
    "customer.imported": ("Imported from the previous system", "Aus dem früheren System übernommen"),
    "customer.updated": ("Customer record updated", "Kundendaten geändert"),
    "customer.note_added": ("Note added", "Notiz hinzugefügt"),
    "customer.searched": ("Found by {by}", "Besuch: gefunden über {by}"),
    "customer.viewed": ("Data viewed", "Daten eingesehen"),
    "customer.exported": ("Data exported", "Daten exportiert"),
    "customer.merged": ("Merged with another record", "Mit einem anderen Konto zusammengeführt"),
    "customer.merge_undone": ("Merge undone", "Zusammenführung rückgängig gemacht"),
    "customer.erased": ("Personal data erased", "Personenbezogene Daten gelöscht"),
    "consent.given": ("Consent given: {purpose}", "Zugestimmt: {purpose}"),
    "consent.withdrawn": ("Consent withdrawn: {purpose}", "Widerrufen: {purpose}"),
    "message.sent": ("Message sent: {template}", "Nachricht gesendet: {template}"),
}  # fmt: skip
"""By kind of event. `tests/channels/test_timeline_text.py` finds a missing one."""

NAMES: dict[str, dict[str, Translations]] = {
    "by": {
        "email": ("e-mail address", "E-Mail-Adresse"), "phone": ("phone number", "Telefonnummer"),
        "loyalty_card": ("loyalty card", "Kundenkarte"), "app_device": ("app", "App"),
        "provider_customer": ("customer number", "Kundennummer"), "social": ("social account", "Social-Konto"),
    },
    "purpose": {
        "newsletter": ("the newsletter", "Newsletter"), "offers": ("offers", "Angebote"),
        "feedback": ("questions about purchases", "Fragen zu Einkäufen"),
        "analytics": ("analysis of purchases", "Auswertung der Einkäufe"),
    },
    "template": {
        "placed": ("order placed", "Bestellung eingegangen"),
        "items_unavailable": ("items not available", "Artikel nicht verfügbar"),
        "nothing_available": ("no item available", "nichts verfügbar"),
        "ready": ("ready to collect", "abholbereit"),
        "reminder": ("reminder", "Erinnerung"), "new_code": ("new pickup code", "neuer Abholcode"),
        "expired": ("not collected", "nicht abgeholt"), "reinstated": ("kept again", "wieder reserviert"),
        "collected": ("collected", "abgeholt"), "cancelled": ("cancelled", "storniert"),
        "refunded": ("refund", "Erstattung"),
        "late_payment_released": ("late payment released", "verspätete Zahlung freigegeben"),
        "payment_requested": ("payment requested", "Zahlung angefordert"),
        "gift_cards": ("gift cards", "Gutscheine"),
    },
    "actor": {
        "shopper": ("customer", "Kunde"), "staff": ("staff", "Personal"), "merchant": ("office", "Büro"),
        "system": ("system", "System"),
    },
    "channel": {
        "web": ("web shop", "Webshop"), "app": ("app", "App"), "pos": ("till", "Kasse"),
        "social": ("social media", "Social Media"), "phone": ("phone", "Telefon"),
        "console": ("office", "Büro"), "import": ("import", "Import"), "email": ("e-mail", "E-Mail"),
        "sms": ("text message", "SMS"), "chat": ("chat", "Chat"), "whatsapp": ("WhatsApp", "WhatsApp"),
        "messenger": ("Messenger", "Messenger"), "telegram": ("Telegram", "Telegram"),
        "push": ("push", "Push"), "in_store": ("in store", "im Laden"),
    },
}  # fmt: skip
"""The texts of values in payloads."""

AMOUNTS = ("paid", "total", "amount")
"""The figure of an entry: the first of these that its payload has."""
HIDDEN = "…"
"""Shown instead of an amount that the reader may not see."""


def text(entry: TimelineEntry, language: str) -> str:
    """Return a text such as `Order K7QXM3W9T collected, £24.00 paid`; for a kind without a text, the kind."""
    translations = KINDS.get(entry.kind)
    if translations is None:
        return str(entry.kind)
    payload = entry.payload
    names = {
        what: name(what, payload.get(what), language) for what in ("by", "purpose", "template")
    }
    template = translations[LANGUAGES.index(language)]
    return template.format(number=entry.number or "", amount=_amount(entry), **names)


def actor(entry: TimelineEntry, language: str) -> str:
    """Return who acted, and on which device or with which program: `staff, Leeds till`."""
    kind = name("actor", entry.actor_kind, language)
    return ", ".join(filter(None, (kind, entry.device or entry.client)))


def name(what: str, value: str | None, language: str) -> str:
    translations = NAMES[what].get(value or "")
    return translations[LANGUAGES.index(language)] if translations else value or ""


def _amount(entry: TimelineEntry) -> str:
    payload = entry.payload
    amounts = (payload[figure] for figure in AMOUNTS if isinstance(payload.get(figure), int))
    amount = next(amounts, None)
    return HIDDEN if amount is None else format_minor(amount, entry.currency or "")
