"""Documents as PDF: the same bytes each time, selectable text, and no letter lost that the font lacks."""

import re
import zlib
from typing import Any

import pytest

from app.adapters.invoice_pdf import labels
from app.adapters.invoice_pdf.reportlab_pages import ReportlabPdfRenderer, heading, printable
from app.core.invoicing.models import LANGUAGES

SELLER = {
    "name": "Onecounter Shops Ltd",
    "address": "1 High Street\nLeeds",
    "country": "GB",
    "vat_number": "GB980780684",
}
NOBODY = dict.fromkeys(("name", "address", "country", "vat_number"))


def document(lines: int = 1, **different: Any) -> dict[str, Any]:
    line = {"position": 1, "sku": "MUG", "title": "The MUG", "quantity": 1, "unit_price": 120, "rate": 200_000,
            "net": 100, "tax": 20, "unit_net": 100}  # fmt: skip
    return {
        "kind": "invoice", "form": "full", "number": "INV-000007", "order": "K7QXM3W9T", "language": "en",
        "currency": "EUR", "issued_on": "2026-11-24", "supplied_on": "2026-11-23", "seller": SELLER,
        "invoice": None, "reason": None, "tax_included": True, "lines": [line] * lines,
        "taxes": [{"rate": 200_000, "net": 100 * lines, "tax": 20 * lines}],
        "net": 100 * lines, "tax": 20 * lines, "total": 120 * lines,
    } | different  # fmt: skip


def pdf(content: dict[str, Any], **buyer: str) -> bytes:
    return ReportlabPdfRenderer().render(content, NOBODY | buyer)


def pages(made: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", made))


def test_the_same_document_is_the_same_bytes() -> None:
    assert pdf(document(), name="Ada") == pdf(document(), name="Ada")
    assert pdf(document(), name="Ada") != pdf(document(), name="Eve")


def test_long_documents_take_several_pages() -> None:
    assert pages(pdf(document())) == 1
    assert pages(pdf(document(200))) > 5


def test_the_pdf_declares_its_language_and_title() -> None:
    made = pdf(document(language="de"))
    assert b"/Lang (de)" in made
    assert b"/Title (Rechnung INV-000007)" in made


def test_programs_can_read_the_letters() -> None:
    """Each font maps its glyphs to characters, the euro sign included."""
    packed = rb"/Filter \[ /FlateDecode \].{0,80}?stream\r?\n(.*?)endstream"
    found = re.findall(packed, pdf(document()), re.DOTALL)
    maps = [zlib.decompressobj().decompress(one) for one in found]
    assert any(b"begincmap" in one and b"20AC" in one.upper() for one in maps)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Łukasz Zoë Ångström €5", "Łukasz Zoë Ångström €5"),
        ("Żółć ě ő ș", "Zółć e o s"),
        ("Ωmega 猫", "Ωmega ?"),
    ],
)
def test_letters_that_the_font_lacks_lose_only_their_accents(text: str, drawn: str) -> None:
    assert printable(text) == drawn


def test_markup_in_names_is_printed_as_text() -> None:
    assert pdf(document(), name="<b>Ada</b> & <para>", address="</para>\n<img src='x'/>")


@pytest.mark.parametrize(
    ("different", "called"),
    [
        ({}, "VAT invoice"),
        ({"form": "simplified"}, "Simplified VAT invoice"),
        ({"seller": SELLER | {"vat_number": None}}, "Invoice"),
        ({"kind": "credit_note"}, "Credit note"),
        ({"kind": "credit_note", "language": "de"}, "Rechnungskorrektur"),
    ],
)
def test_the_heading_is_the_legal_name_of_the_document(
    different: dict[str, Any], called: str
) -> None:
    assert heading(document(**different)) == called


def test_every_language_of_documents_has_all_labels() -> None:
    assert labels.LANGUAGES == LANGUAGES
    assert {len(reported) for reported in labels.LABELS.values()} == {len(LANGUAGES)}


def test_dates_and_rates_follow_the_language() -> None:
    assert [labels.format_day("2026-11-04", one) for one in LANGUAGES] == [
        "4 November 2026",
        "04.11.2026",
    ]
    assert [labels.format_percent(88_750, one) for one in LANGUAGES] == ["8.875 %", "8,875 %"]
    assert labels.format_percent(200_000, "en") == "20 %"
    assert [labels.tax_label(0, one) for one in LANGUAGES] == ["VAT 0 %", "USt 0 %"]
    assert [labels.tax_label(None, "en"), labels.rate_label(None, "en")] == [
        "outside the scope of VAT", "outside",
    ]  # fmt: skip
