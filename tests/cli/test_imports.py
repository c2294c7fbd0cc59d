import gzip
import json
from datetime import timedelta

import pytest

from app.cli.imports import imports
from tests.drivers.imports import invoice_file, invoice_line, product_file, product_line, stock_file
from tests.reads.database import EngineReads


@pytest.fixture
def run(app, tmp_path):
    """Run `flask import …` on a file of this content."""

    def invoke(what, content, *options):
        file = tmp_path / f"{what}.csv"
        file.write_bytes(content)
        return app.test_cli_runner().invoke(imports, [what, str(file), *options])

    return invoke


LOCATIONS = (
    b"code,name,kind,latitude,longitude\nlds,Leeds,store,53.8,-1.5\nyrk,York,store,53.9,-1.1\n"
)
MUG, CUP = product_line("mug", "Mug", "M", "12.50"), product_line("cup", "Cup", "C", "9")


def test_a_good_file_exits_0_and_counts_the_new_rows(run):
    result = run("catalogue", product_file(MUG, CUP))
    assert (result.exit_code, result.stdout) == (0, "2 products, 2 variants: all new\n")


def test_a_repeated_import_reports_that_nothing_changed(run):
    run("locations", LOCATIONS)
    result = run("locations", LOCATIONS)
    assert (result.exit_code, result.stdout) == (0, "2 locations: nothing changed\n")


def test_changed_rows_are_counted(run, app):
    run("catalogue", product_file(MUG))
    app.extensions["ports"].clock.advance(timedelta(days=1))
    result = run("catalogue", product_file(MUG.replace("12.50", "13"), CUP))
    assert result.stdout == "2 products (1 new), 2 variants (1 new), 2 prices set\n"


def test_bad_rows_exit_1_and_name_the_report(run, settings):
    result = run("catalogue", product_file(MUG, CUP.replace("9", "abc")))
    assert result.exit_code == 1
    assert "Not imported because of errors: 1 row." in result.stdout
    [report] = (settings.var / "reports").iterdir()
    assert str(report) in result.stdout


def test_an_unreadable_file_exits_1_with_one_clear_error(run):
    result = run("stock", b"SKU,Quantity\nM,1\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "lacks the columns Location, On hand" in result.stderr


def test_skipped_rows_exit_1_and_mention_as_count(run, app):
    run("locations", LOCATIONS)
    run("catalogue", product_file(MUG))
    run("stock", stock_file(("M", "Leeds", 5)))
    with app.extensions["engine"].begin() as connection:
        connection.exec_driver_sql("UPDATE stock SET has_movements = true")
    skipped = run("stock", stock_file(("M", "Leeds", 6)))
    counted = run("stock", stock_file(("M", "Leeds", 6)), "--as-count")

    assert skipped.exit_code == 1
    assert "--as-count" in skipped.stdout
    assert (counted.exit_code, counted.stdout) == (0, "1 row (1 changed)\n")


def test_json_is_the_only_standard_output(run):
    good = run("catalogue", product_file(MUG), "--json")
    bad = run("catalogue", product_file(MUG, MUG), "--json")

    reported = json.loads(good.stdout)
    assert reported.pop("seconds") >= 0
    assert reported.pop("file").endswith("catalogue.csv")
    assert reported == {
        "import": "catalogue", "ok": True, "changed": True,
        "products": {"created": 1, "changed": 0, "unchanged": 0},
        "variants": {"created": 1, "changed": 0, "unchanged": 0},
        "prices": {"created": 1, "changed": 0, "unchanged": 0},
        "variant_costs": {"created": 0, "changed": 0, "unchanged": 0},
        "refused": 0, "skipped": 0, "report": None, "error": None,
    }  # fmt: skip
    assert (bad.exit_code, json.loads(bad.stdout)["refused"]) == (1, 1)


def test_prices_are_read_in_the_requested_currency(run, app):
    assert run("catalogue", product_file(CUP), "--currency", "jpy").exit_code == 2
    app.config["CURRENCIES"] = ("GBP", "JPY")
    assert run("catalogue", product_file(CUP), "--currency", "jpy").exit_code == 0
    assert run("catalogue", product_file(CUP), "--currency", "yen!").exit_code == 2
    prices = EngineReads(app.extensions["engine"]).prices()
    assert [(price.currency, price.amount) for price in prices] == [("JPY", 9)]


INVOICES = invoice_file(
    invoice_line("1", price="12.50", quantity="2"), invoice_line("C2", quantity="-1", price="0.001")
)


def test_history_prints_its_total_and_exits_0_despite_a_rounded_line(run):
    result = run("history", gzip.compress(INVOICES))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "2 orders, 2 lines: all new",
        "Total: £25.00.",
        "Imported with a note: 1 row.",
    ]


def test_a_second_history_import_reports_that_nothing_changed(run):
    run("history", INVOICES)
    result = run("history", INVOICES)
    assert result.stdout.startswith("2 orders, 2 lines: nothing changed\n")


def test_history_prints_its_total_in_pence_as_json(run):
    reported = json.loads(run("history", INVOICES, "--json").stdout)
    expected = {"ok": True, "total": 2500, "currency": "GBP", "noted": 1, "refused": 0}
    assert {name: reported[name] for name in expected} == expected


def test_bad_history_rows_exit_1_and_the_other_rows_are_imported(run):
    bad = invoice_line("3", quantity="none")
    result = run("history", INVOICES + bad.encode() + b"\n", "--json")
    reported = json.loads(result.stdout)
    assert (result.exit_code, reported["refused"], reported["orders"]["created"]) == (1, 1, 2)
