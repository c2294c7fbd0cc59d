"""Documents as PDF by ReportLab: text that can be selected, in fonts that come with the library."""

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

from app.adapters.invoice_pdf.words import day, rate, tax_at, word
from app.core.money import format_minor

Content = Mapping[str, Any]

PLAIN, BOLD = "Vera", "VeraBd"
INK, FAINT = HexColor("#111111"), HexColor("#666666")
MARGIN, PADDING = 20 * mm, 6
"""A frame of the library has its padding inside the page's margins."""
WIDTHS = (54 * mm, 18 * mm, 24 * mm, 18 * mm, 19 * mm, 18 * mm, 19 * mm)
BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=8.5, leading=11.5, textColor=INK)
SMALL = ParagraphStyle("small", BODY, fontSize=7.5, leading=10, textColor=FAINT)
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
        foot = partial(_foot, content=content)
        pages.build(_story(content, buyer), onFirstPage=foot, onLaterPages=foot)
        return file.getvalue()


def heading(content: Content) -> str:
    """What the document is called, by its kind and by what it may be called."""
    if content["kind"] == "credit_note":
        name = "credit_note"
    elif not content["seller"]["vat_number"]:
        name = "invoice"
    else:
        name = "vat_invoice" if content["form"] == "full" else "simplified"
    return word(name, content["language"])


def drawable(text: str) -> str:
    """A line whose letters the font has: else the one below the accent, or a question mark."""
    return "".join(letter if ord(letter) in _fonts() else _plainer(letter) for letter in text)


def _plainer(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if ord(base) in _fonts() else "?"


@cache
def _fonts() -> Any:
    """The characters that they have, once they are known to the library."""
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    return pdfmetrics.getFont(PLAIN).face.charToGlyph


def _story(content: Content, buyer: Mapping[str, str | None]) -> list[Flowable]:
    say = partial(word, language=content["language"])
    seller = [_text(say("seller"), SMALL), *_party(content["seller"], content)]
    bought = [_text(say("buyer"), SMALL), *_party(buyer, content)] if any(buyer.values()) else []
    half = (A4[0] - 2 * MARGIN) / 2
    return [
        _text(heading(content), TITLE),
        Spacer(1, 4 * mm),
        Table([[seller, bought]], colWidths=[half, half], style=_CLOSE),
        Spacer(1, 6 * mm),
        Table(_facts(content), colWidths=[40 * mm, 2 * half - 40 * mm], style=_CLOSE),
        Spacer(1, 6 * mm),
        Table(_lines(content), colWidths=WIDTHS, repeatRows=1, style=_LINED),
        Spacer(1, 6 * mm),
        Table(
            _sums(content), colWidths=[70 * mm, 25 * mm, 25 * mm, 28 * mm],
            hAlign="RIGHT", style=_SUMMED,
        ),
    ]  # fmt: skip


def _text(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph("<br/>".join(escape(drawable(line)) for line in text.splitlines()), style)


def _party(party: Mapping[str, str | None], content: Content) -> list[Paragraph]:
    number = party["vat_number"] and f"{word('vat_number', content['language'])}: " + str(
        party["vat_number"]
    )
    told = (party["name"], party["address"], party["country"], number)
    return [_text(one) for one in told if one]


def _facts(content: Content) -> list[list[Paragraph]]:
    language = content["language"]
    rows = [
        ("number", content["number"]),
        ("issued_on", day(content["issued_on"], language)),
        ("supplied_on", day(content["supplied_on"], language)),
        ("order", content["order"]),
    ]
    if invoice := content["invoice"]:
        when = f"{word('of_day', language)} {day(invoice['issued_on'], language)}"
        rows.insert(1, ("corrects", f"{invoice['number']} {when}"))
    return [[_text(word(name, language), SMALL), _text(told)] for name, told in rows]


def _lines(content: Content) -> list[list[Any]]:
    language, money = content["language"], partial(format_minor, currency=content["currency"])
    names = ("item", "quantity", "unit_net", "rate", "net", "tax", "total")
    rows: list[list[Any]] = [[word(name, language) for name in names]]
    for line in content["lines"]:
        what = "" if line["quantity"] else f"{word('refund', language)} "
        each = line["unit_net"]
        rows.append(
            [
                [_text(what + line["title"]), _text(line["sku"], SMALL)],
                line["quantity"] or "",
                "" if each is None else money(each),
                rate(line["rate"], language),
                money(line["net"]), money(line["tax"]), money(line["net"] + line["tax"]),
            ]
        )  # fmt: skip
    return rows


def _sums(content: Content) -> list[list[str]]:
    language, money = content["language"], partial(format_minor, currency=content["currency"])
    rows = [["", word("net", language), word("tax", language), word("total", language)]]
    for part in content["taxes"]:
        rows.append(
            [
                tax_at(part["rate"], language),
                money(part["net"]),
                money(part["tax"]),
                money(part["net"] + part["tax"]),
            ]
        )
    name = "total_credited" if content["kind"] == "credit_note" else "total_with_tax"
    figures = [money(content[figure]) for figure in ("net", "tax", "total")]
    return [*rows, [word(name, language), *figures]]


def _foot(canvas: Any, page: Any, content: Content) -> None:
    canvas.saveState()
    canvas.setFont(PLAIN, 7)
    canvas.setFillColor(FAINT)
    canvas.drawString(
        MARGIN, 12 * mm, drawable(f"{content['seller']['name']} · {content['number']}")
    )
    told = f"{word('page', content['language'])} {page.page}"
    canvas.drawRightString(A4[0] - MARGIN, 12 * mm, told)
    canvas.restoreState()


_CLOSE = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
]  # fmt: skip
_TABLE = [
    ("FONT", (0, 0), (-1, -1), PLAIN, 8.5), ("FONT", (0, 0), (-1, 0), PLAIN, 7.5),
    ("TEXTCOLOR", (0, 0), (-1, 0), FAINT), ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, FAINT),
]  # fmt: skip
_LINED = [*_TABLE, ("LINEBELOW", (0, 1), (-1, -1), 0.25, FAINT)]
_SUMMED = [
    *_TABLE, ("FONT", (0, -1), (-1, -1), BOLD, 9), ("LINEABOVE", (0, -1), (-1, -1), 0.5, INK),
]  # fmt: skip
