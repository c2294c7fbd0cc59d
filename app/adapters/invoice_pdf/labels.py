"""The labels of documents in English and German, in one literal table."""

from datetime import date

from app.core.pricing.engine.tax import format_rate

LANGUAGES = ("en", "de")

LABELS: dict[str, tuple[str, str]] = {
    "invoice": ("Invoice", "Rechnung"),
    "vat_invoice": ("VAT invoice", "Rechnung"),
    "simplified": ("Simplified VAT invoice", "Kleinbetragsrechnung"),
    "credit_note": ("Credit note", "Rechnungskorrektur"),
    "number": ("Number", "Nummer"),
    "issued_on": ("Date of issue", "Ausstellungsdatum"),
    "supplied_on": ("Date of supply", "Lieferdatum"),
    "order": ("Order", "Bestellung"),
    "corrects": ("Corrects invoice", "Zu Rechnung"),
    "of_day": ("of", "vom"),
    "vat_number": ("VAT number", "USt-IdNr."),
    "seller": ("Seller", "Verkäufer"),
    "buyer": ("Buyer", "Kunde"),
    "item": ("Item", "Artikel"),
    "quantity": ("Quantity", "Menge"),
    "unit_net": ("Unit price\nwithout VAT", "Einzelpreis\nohne USt"),
    "rate": ("VAT rate", "USt-Satz"),
    "net": ("Net", "Netto"),
    "tax": ("VAT", "USt"),
    "total": ("Total", "Gesamt"),
    "total_with_tax": ("Total with VAT", "Gesamtbetrag inkl. USt"),
    "total_credited": ("Total credited, with VAT", "Gutgeschrieben inkl. USt"),
    "outside": ("outside", "keine"),
    "outside_scope": ("outside the scope of VAT", "nicht steuerbar"),
    "refund": ("Credited: price reduction on", "Gutschrift: Preisminderung auf"),
    "page": ("Page", "Seite"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def label(name: str, language: str) -> str:
    return LABELS[name][LANGUAGES.index(language)]


def format_day(iso: str, language: str) -> str:
    """Return `2026-11-24` as `24 November 2026` or `24.11.2026`."""
    on = date.fromisoformat(iso)
    if language == "de":
        return f"{on:%d.%m.%Y}"
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def format_percent(tax_rate: int, language: str) -> str:
    """Return `200000` as `20 %`, `88750` as `8.875 %` or `8,875 %`."""
    text = format_rate(tax_rate)
    return text.replace(".", ",") if language == "de" else text


def rate_label(tax_rate: int | None, language: str) -> str:
    """Return the rate of a line; None is outside the scope of VAT."""
    return label("outside", language) if tax_rate is None else format_percent(tax_rate, language)


def tax_label(tax_rate: int | None, language: str, name: str = "") -> str:
    """Return the label of a sum by rate: `VAT 20 %`, or `QST 9.975 %` of a named tax."""
    if tax_rate is None:
        return label("outside_scope", language)
    return f"{name or label('tax', language)} {format_percent(tax_rate, language)}"
