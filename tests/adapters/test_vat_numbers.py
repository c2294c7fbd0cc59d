"""VAT numbers by python-stdnum, in the notations that people use."""

import pytest

from app.adapters.vat_numbers import StdnumVatNumbers

NUMBERS = StdnumVatNumbers()


@pytest.mark.parametrize(
    ("country", "written", "normal"),
    [
        ("GB", "980 7806 84", "GB980780684"),
        ("GB", "gb 980.7806-84", "GB980780684"),
        ("DE", "DE 136 695 976", "DE136695976"),
        ("DE", "136695976", "DE136695976"),
        ("GR", "094259216", "EL094259216"),
        ("XI", "XI 980780684", "XI980780684"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("AE", "1000 1234 5678 903", "100012345678903"),
    ],
)
def test_a_number_gets_the_form_that_documents_show(
    country: str, written: str, normal: str
) -> None:
    assert NUMBERS.normalise(country, written) == normal


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("GB", "980 7806 85"),
        ("DE", "DE136695977"),
        ("FR", "DE136695976"),
        ("GB", ""),
        ("GB", "<script>"),
        ("AE", "x" * 40),
        ("GB", "٩٨٠٧٨٠٦٨٤"),
    ],
)
def test_an_impossible_number_of_the_country_gives_none(country: str, written: str) -> None:
    assert NUMBERS.normalise(country, written) is None
