"""Known answers: an invoice and a credit note keep their content and its hash in every release."""

import json
from datetime import date

import pytest

from app.core.canonical import canonical, digest
from app.core.invoicing import lines
from app.core.invoicing.content import Buyer, DocumentContent, build_content
from app.core.invoicing.lines import DocumentLine
from app.core.invoicing.models import LegalEntity

SELLER = LegalEntity(
    code="uk", name="Onecounter Shops Ltd", address="1 Briggate\nLeeds LS1 6ER", country="GB",
    vat_number="GB980780684", invoice_prefix="INV-", credit_note_prefix="CN-", language="en",
)  # fmt: skip
ADA = Buyer("Ada Byron", "12 St James's Square\nLondon", "GB", None)
INVOICE = DocumentContent(
    "invoice", "INV-000001", SELLER, "K7QXM3W95", "GBP", True,
    [
        DocumentLine(1, "MUG", "Mug, blue", 3, 1200, 200_000, 2750, 550),
        DocumentLine(2, "GIFT", "Gift card", 1, 5000, None, 5000, 0),
    ],
    date(2026, 3, 3), date(2026, 3, 2), ADA, "00ff",
)  # fmt: skip
INVOICE_CONTENT = (
    '{"buyer":"7944c56e25761c74e8264d14404403c60cc6c4dc8132db962041deff2b07c924","currency":"GBP","form":"full",'
    '"invoice":null,"issued_on":"2026-03-03","kind":"invoice","language":"en","lines":[{"net":2750,"position":1,'
    '"quantity":3,"rate":200000,"sku":"MUG","tax":550,"title":"Mug, blue","unit_net":917,"unit_price":1200},'
    '{"net":5000,"position":2,"quantity":1,"rate":null,"sku":"GIFT","tax":0,"title":"Gift card","unit_net":5000,'
    '"unit_price":5000}],"net":7750,"number":"INV-000001","order":"K7QXM3W95","reason":null,'
    '"seller":{"address":"1 Briggate\\nLeeds LS1 6ER","country":"GB","name":"Onecounter Shops Ltd",'
    '"vat_number":"GB980780684"},"supplied_on":"2026-03-02","tax":550,"tax_included":true,"taxes":[{"net":2750,'
    '"rate":200000,"tax":550},{"net":5000,"rate":null,"tax":0}],"total":8300,"version":2}'
)
CREDIT_NOTE = DocumentContent(
    "credit_note", "CN-000001", SELLER, "K7QXM3W95", "GBP", True,
    [DocumentLine(1, "MUG", "Mug, blue", None, None, 200_000, 833, 167)],
    date(2026, 3, 4), date(2026, 3, 2), Buyer(), "00ff", ("INV-000001", "2026-03-03"), "refund",
)  # fmt: skip
CREDIT_NOTE_CONTENT = (
    '{"buyer":"68f1d9eb43391453c9eb2c290df52eec0b5e0a67d3ceec4f4dc692d906d553eb","currency":"GBP",'
    '"form":"simplified","invoice":{"issued_on":"2026-03-03","number":"INV-000001"},"issued_on":"2026-03-04",'
    '"kind":"credit_note","language":"en","lines":[{"net":833,"position":1,"quantity":null,"rate":200000,'
    '"sku":"MUG","tax":167,"title":"Mug, blue","unit_net":null,"unit_price":null}],"net":833,'
    '"number":"CN-000001","order":"K7QXM3W95","reason":"refund","seller":{"address":"1 Briggate\\nLeeds LS1 6ER",'
    '"country":"GB","name":"Onecounter Shops Ltd","vat_number":"GB980780684"},"supplied_on":"2026-03-02",'
    '"tax":167,"tax_included":true,"taxes":[{"net":833,"rate":200000,"tax":167}],"total":1000,"version":2}'
)


@pytest.mark.parametrize(
    ("paper", "written", "hashed"),
    [
        (INVOICE, INVOICE_CONTENT, "0f08ec531161ab1559bf66edef142cdd8d2873e48f0a6798d71aab3bcece6f84"),
        (
            CREDIT_NOTE, CREDIT_NOTE_CONTENT,
            "079ea50759ceed616954171603ae4263884911002fb64e092b94882ddbda4f13",
        ),
    ],
    ids=["invoice", "credit note"],
)  # fmt: skip
def test_the_content_of_a_document_and_its_hash(
    paper: DocumentContent, written: str, hashed: str
) -> None:
    made = build_content(paper)
    assert canonical(made).decode() == written
    assert digest(made) == hashed


@pytest.mark.parametrize(
    ("written", "paper"), [(INVOICE_CONTENT, INVOICE), (CREDIT_NOTE_CONTENT, CREDIT_NOTE)]
)
def test_the_stored_lines_of_a_document_can_be_read(written: str, paper: DocumentContent) -> None:
    assert lines.lines_of(json.loads(written)) == paper.lines
