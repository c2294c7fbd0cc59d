"""Renders documents as PDF with ReportLab: text that can be selected, in fonts of the library."""

import unicodedata
from collections.abc import Mapping
from functools import cache, partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from app.adapters.invoice_pdf.labels import format_day, label, rate_label, tax_label
from app.core.money import format_minor

Content = Mapping[str, Any]

PLAIN, BOLD = "Vera", "VeraBd"
INK, GREY = HexColor("#111111"), HexColor("#666666")
MARGIN, PADDING = 20 * mm, 6
"""The library's frames have their padding inside the page's margins."""
WIDTHS = (54 * mm, 18 * mm, 24 * mm, 18 * mm, 19 * mm, 18 * mm, 19 * mm)
BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=8.5, leading=11.5, textColor=INK)
SMALL = ParagraphStyle("small", BODY, fontSize=7.5, leading=10, textColor=GREY)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=17, leading=22)


class ReportlabPdfRenderer:
    def render(self, content: Content, buyer: Mapping[str, str | None]) -> bytes:
        file = BytesIO()
        pages = SimpleDocTemplate(
            file, pagesize=A4, invariant=1, lang=content["language"], title=f"{heading(content)} "
            f"{content['number']}", author=content["seller"]["name"], creator="Onecounter", subject="",
            leftMargin=MARGIN - PADDING, rightMargin=MARGIN - PADDING, topMargin=MARGIN,
            bottomMargin=MARGIN,
        )  # fmt: skip
        _fonts()
        foot = partial(_draw_footer, content=content)
        pages.build(_flowables(content, buyer), onFirstPage=foot, onLaterPages=foot)
        return file.getvalue()


def heading(content: Content) -> str:
    """Return the title. Only a seller with a VAT number issues VAT invoices, full or simplified."""
    if content["kind"] == "credit_note":
        name = "credit_note"
    elif not content["seller"]["vat_number"]:
        name = "invoice"
    else:
        name = "vat_invoice" if content["form"] == "full" else "simplified"
    return label(name, content["language"])


def printable(text: str) -> str:
    """Return a line in the font's letters. Replace others by the letter without accent, or a question mark."""
    return "".join(
        letter if ord(letter) in _fonts() else _without_accent(letter) for letter in text
    )


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if ord(base) in _fonts() else "?"


@cache
def _fonts() -> Any:
    """Register the fonts; return the characters that they have."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return pdfmetrics.getFont(PLAIN).face.charToGlyph


def _flowables(content: Content, buyer: Mapping[str, str | None]) -> list[Flowable]:
    label_of = partial(label, language=content["language"])
    seller = [_text(label_of("seller"), SMALL), *_party(content["seller"], content)]
    buyer_cell = (
        [_text(label_of("buyer"), SMALL), *_party(buyer, content)] if any(buyer.values()) else []
    )
    half = (A4[0] - 2 * MARGIN) / 2
    return [
        _text(heading(content), TITLE),
        Spacer(1, 4 * mm),
        Table([[seller, buyer_cell]], colWidths=[half, half], style=_COMPACT_STYLE),
        Spacer(1, 6 * mm),
        Table(_facts(content), colWidths=[40 * mm, 2 * half - 40 * mm], style=_COMPACT_STYLE),
        Spacer(1, 6 * mm),
        Table(_lines(content), colWidths=WIDTHS, repeatRows=1, style=_LINES_STYLE),
        Spacer(1, 6 * mm),
        Table(
            _totals(content), colWidths=[70 * mm, 25 * mm, 25 * mm, 28 * mm],
            hAlign="RIGHT", style=_TOTALS_STYLE,
        ),
    ]  # fmt: skip


def _text(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph("<br/>".join(escape(printable(line)) for line in text.splitlines()), style)


def _party(party: Mapping[str, str | None], content: Content) -> list[Paragraph]:
    number = party["vat_number"] and f"{label('vat_number', content['language'])}: " + str(
        party["vat_number"]
    )
    lines = (party["name"], party["address"], party["country"], number)
    return [_text(one) for one in lines if one]


def _facts(content: Content) -> list[list[Paragraph]]:
    language = content["language"]
    rows = [
        ("number", content["number"]),
        ("issued_on", format_day(content["issued_on"], language)),
        ("supplied_on", format_day(content["supplied_on"], language)),
        ("order", content["order"]),
    ]
    if invoice := content["invoice"]:
        when = f"{label('of_day', language)} {format_day(invoice['issued_on'], language)}"
        rows.insert(1, ("corrects", f"{invoice['number']} {when}"))
    return [[_text(label(name, language), SMALL), _text(value)] for name, value in rows]


def _lines(content: Content) -> list[list[Any]]:
    language, money = content["language"], partial(format_minor, currency=content["currency"])
    names = ("item", "quantity", "unit_net", "rate", "net", "tax", "total")
    rows: list[list[Any]] = [[label(name, language) for name in names]]
    for line in content["lines"]:
        what = "" if line["quantity"] else f"{label('refund', language)} "
        each = line["unit_net"]
        rows.append(
            [
                [_text(what + line["title"]), _text(line["sku"], SMALL)],
                line["quantity"] or "",
                "" if each is None else money(each),
                rate_label(line["rate"], language),
                money(line["net"]), money(line["tax"]), money(line["net"] + line["tax"]),
            ]
        )  # fmt: skip
    return rows


def _totals(content: Content) -> list[list[str]]:
    language, money = content["language"], partial(format_minor, currency=content["currency"])
    rows = [["", label("net", language), label("tax", language), label("total", language)]]
    for part in content["taxes"]:
        rows.append(
            [
                tax_label(part["rate"], language, part.get("name", "")),
                money(part["net"]),
                money(part["tax"]),
                money(part["net"] + part["tax"]),
            ]
        )
    name = "total_credited" if content["kind"] == "credit_note" else "total_with_tax"
    figures = [money(content[figure]) for figure in ("net", "tax", "total")]
    return [*rows, [label(name, language), *figures]]


def _draw_footer(canvas: Any, page: Any, content: Content) -> None:
    canvas.saveState()
    canvas.setFont(PLAIN, 7)
    canvas.setFillColor(GREY)
    canvas.drawString(
        MARGIN, 12 * mm, printable(f"{content['seller']['name']} · {content['number']}")
    )
    page_number = f"{label('page', content['language'])} {page.page}"
    canvas.drawRightString(A4[0] - MARGIN, 12 * mm, page_number)
    canvas.restoreState()


_COMPACT_STYLE = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
]  # fmt: skip
_TABLE_STYLE = [
    ("FONT", (0, 0), (-1, -1), PLAIN, 8.5), ("FONT", (0, 0), (-1, 0), PLAIN, 7.5),
    ("TEXTCOLOR", (0, 0), (-1, 0), GREY), ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, GREY),
]  # fmt: skip
_LINES_STYLE = [*_TABLE_STYLE, ("LINEBELOW", (0, 1), (-1, -1), 0.25, GREY)]
_TOTALS_STYLE = [
    *_TABLE_STYLE, ("FONT", (0, -1), (-1, -1), BOLD, 9), ("LINEABOVE", (0, -1), (-1, -1), 0.5, INK),
]  # fmt: skip
