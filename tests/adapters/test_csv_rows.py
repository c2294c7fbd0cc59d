import io

import pytest

from app.adapters import csv_rows
from app.adapters.csv_rows import CsvRow, RowError
from app.core.catalogue.import_outcome import Problem
from app.core.errors import Invalid


def read(content: bytes) -> list[CsvRow | Problem]:
    return list(csv_rows.read_rows(io.BytesIO(content), ["name", "price"]))


def names(content: bytes) -> list[tuple[int, str]]:
    return [(row.line, row["name"]) for row in read(content) if isinstance(row, CsvRow)]


def problems(content: bytes) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.value) for one in read(content) if isinstance(one, Problem)]


def test_a_row_has_its_line_number_below_cells_of_several_lines():
    content = b'name,price\n"two\nlines",1\nplain,2\n\n"three\r\nmore\r\nlines",3\r\nlast,4\r\n'
    assert [line for line, _ in names(content)] == [2, 4, 6, 9]


def test_a_byte_order_mark_is_not_part_of_the_first_heading():
    assert names(b"\xef\xbb\xbfname,price\nMug,1\n") == [(2, "Mug")]


def test_a_row_that_is_not_utf_8_is_reported_and_the_others_are_read():
    content = "name,price\nTea,1\nCafé,2\nMug,3\n".encode("latin-1")
    assert problems(content) == [(3, "name", "Caf�")]
    assert names(content) == [(2, "Tea"), (4, "Mug")]


def test_non_ascii_letters_are_read():
    assert names("name,price\nCafé 😀,2\n".encode()) == [(2, "Café 😀")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_utf_16_file_gives_one_clear_error(encoding):
    with pytest.raises(Invalid, match="CSV UTF-8"):
        read("name,price\nTea,1\n".encode(encoding))


def test_a_spreadsheet_gives_one_clear_error():
    with pytest.raises(Invalid, match="not CSV"):
        read(b"PK\x03\x04whatever")


def test_all_missing_columns_are_named_at_once():
    with pytest.raises(Invalid, match=r"lacks the columns name, price\. Its columns are: sku"):
        read(b"sku\n1\n")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"name,price\n", b"name,price\n\n,\n"])
def test_a_file_without_rows_is_an_error(content):
    with pytest.raises(Invalid):
        read(content)


def test_an_unclosed_quotation_mark_spoils_only_the_rows_after_it():
    content = b'name,price\nTea,1\n"Mug,2\nCup,3\n'
    assert names(content) == [(2, "Tea")]
    assert problems(content) == [(3, "", "lines 3 to 4")]


def test_reading_continues_below_a_broken_quotation():
    content = b'name,price\n"Mug"x,2\nCup,3\n'
    assert problems(content) == [(2, "", "line 2")]
    assert names(content) == [(3, "Cup")]


def test_an_extra_comma_is_reported():
    assert problems(b"name,price\nMug, large,2\nCup,1,\n") == [(2, "", "2")]


def test_a_nul_character_is_reported_because_no_database_accepts_it():
    assert problems(b"name,price\nM\x00ug,2\n") == [(2, "name", "M�ug")]


def test_an_endless_line_is_refused_before_it_fills_the_memory():
    with pytest.raises(Invalid, match="Line 2 is longer"):
        read(b"name,price\n" + b"x" * (csv_rows.MAX_LINE_BYTES + 1))


def cell(value: str) -> CsvRow:
    return CsvRow(2, {"it": 0}, [value])


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "GBP", 1250), ("12.5", "GBP", 1250), ("12", "GBP", 1200), ("0", "GBP", 0),
        ("0.850", "GBP", 85), ("120", "JPY", 120), ("120.00", "JPY", 120), ("1.234", "KWD", 1234),
    ],
)  # fmt: skip
def test_money_is_read_in_minor_units(text, currency, minor):
    assert cell(text).money("it", currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("abc", "GBP"), ("", "GBP"), ("-1", "GBP"), ("1.234", "GBP"), ("1.5", "JPY"), ("£2", "GBP"),
        ("1,234.50", "GBP"), ("1e3", "GBP"), ("NaN", "GBP"), ("١", "GBP"), ("9999999999999", "GBP"),
        ("99999999999.99", "GBP"),
    ],
)  # fmt: skip
def test_an_invalid_amount_is_refused(text, currency):
    with pytest.raises(RowError) as refused:
        cell(text).money("it", currency)
    assert (refused.value.problem.column, refused.value.problem.value) == ("it", text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("12.0", 12), ("12.", 12)])
def test_whole_numbers_are_read(text, number):
    assert cell(text).integer("it") == number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "1 000", "9999999999"])
def test_an_invalid_whole_number_is_refused(text):
    with pytest.raises(RowError):
        cell(text).integer("it")


@pytest.mark.parametrize("text", ["", "91", "-90.1", "nan", "inf", "51,5"])
def test_an_invalid_latitude_is_refused(text):
    with pytest.raises(RowError):
        cell(text).degrees("it", 90)


def test_rows_are_returned_while_the_file_is_still_being_read():
    file = io.BytesIO(b"name,price\n" + b"Mug,1\n" * 100_000)
    rows = csv_rows.read_rows(file, ["name"])
    next(rows)
    assert file.tell() < 100
