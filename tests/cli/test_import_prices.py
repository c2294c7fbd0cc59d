"""`flask import prices FILE`, with a preview."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app.cli.imports import imports
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop

Run = Callable[..., Result]
HEADINGS = "sku,list,amount,starts_at,min_quantity,compare_at"


@pytest.fixture
def run(shop: Shop, tmp_path: Path) -> Run:
    """Run `flask import prices` on a file of these rows."""
    shop.stock("MUG", 1000, lds=10)
    shop.stock("CUP", 400, lds=10)
    app_list = {"code": "app", "name": "App", "currency": "GBP", "channel": "app", "reason": "Trial",
                "approved_by": "Ada"}  # fmt: skip
    done(shop, "POST", "price-lists", app_list)

    def invoke(rows: list[str], *options: str) -> Result:
        file = tmp_path / "prices.csv"
        file.write_text("\n".join([HEADINGS, *rows, ""]))
        return shop.app.test_cli_runner().invoke(imports, ["prices", str(file), *options])

    return invoke


def amounts(shop: Shop) -> list[tuple[Any, ...]]:
    """Return the prices that were added."""
    return [
        (price.sku, price.price_list, price.min_quantity, price.amount, price.compare_at)
        for price in shop.prices()
        if price.event_kind == "prices.imported"
    ]


def test_prices_are_set_and_a_second_run_changes_nothing(run: Run, shop: Shop) -> None:
    tomorrow = (shop.clock.now() + timedelta(days=1)).isoformat()
    rows = [f"MUG,,9.50,,,{12:.2f}", "MUG,,9,,10,", "MUG,app,8,,,", f"CUP,,4.40,{tomorrow},,"]
    first = run(rows)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "4 prices (2 new, 2 changed)",
        "Up: 1 price, by 10.0 % on average and 10.0 % at most",
        "Down: 1 price, by 5.0 % on average and 5.0 % at most",
    ]
    assert amounts(shop) == [
        ("MUG", None, 1, 950, 1200), ("MUG", None, 10, 900, None), ("MUG", "app", 1, 800, None),
        ("CUP", None, 1, 440, None),
    ]  # fmt: skip
    for _ in range(2):
        shop.clock.advance(timedelta(days=2))
        again = run(rows)
        assert (again.exit_code, again.stdout) == (0, "4 prices: nothing changed\n")


def test_an_empty_amount_ends_a_price(run: Run, shop: Shop) -> None:
    run(["MUG,app,8,,,"])
    shop.clock.advance(timedelta(days=1))
    assert run(["MUG,app,,,,"]).exit_code == 0
    assert amounts(shop)[-1] == ("MUG", "app", 1, None, None)


def test_a_dry_run_shows_the_changes_and_changes_nothing(run: Run, shop: Shop) -> None:
    rows = ["MUG,,9.50,,,", "MUG,app,9.50,,,", "MUG,app,9,2054-12-01T00:00Z,5,", "CUP,,4,,,"]
    result = run(rows, "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "MUG  £10.00 → £9.50  -5.0 %  from 2054-11-24 12:00 UTC",
        "MUG  app  none → £9.50  from 2054-11-24 12:00 UTC",
        "MUG  app  from 5  none → £9.00  from 2054-12-01 00:00 UTC",
        "4 prices (2 new, 1 changed)",
        "Down: 1 price, by 5.0 % on average and 5.0 % at most",
    ]
    assert amounts(shop) == []


def test_a_large_price_change_needs_yes(run: Run, shop: Shop) -> None:
    rows = ["MUG,,6.99,,,", "CUP,,3,,,"]
    first = run(rows)
    assert first.exit_code == 1
    assert "Not imported because of errors: 1 row." in first.stdout
    assert [row[0] for row in amounts(shop)] == ["CUP"]
    assert run(rows, "--max-change", "30.1").exit_code == 0
    shop.clock.advance(timedelta(days=1))
    assert run(["MUG,,0.01,,,"], "--yes").exit_code == 0
    assert [row[3] for row in amounts(shop)] == [300, 699, 1]


def test_each_price_is_compared_with_the_previous_price_in_the_file(run: Run) -> None:
    rows = ["MUG,,10,2054-12-24T00:00Z,,", "MUG,,7.50,2054-12-01T00:00Z,,10"]
    assert run(rows, "--dry-run").exit_code == 1, "back up is more than 30 % of what it is then"
    assert run(rows, "--dry-run", "--max-change", "50").stdout.splitlines()[:2] == [
        "MUG  £10.00 → £7.50  -25.0 %  from 2054-12-01 00:00 UTC",
        "MUG  £7.50 → £10.00  +33.3 %  from 2054-12-24 00:00 UTC",
    ]


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("NONE,,1,,,", "sku", "NONE"),
        (",,1,,,", "sku", ""),
        ("MUG,none,1,,,", "list", "none"),
        ("MUG,,-1,,,", "amount", "-1"),
        ("MUG,,1.005,,,", "amount", "1.005"),
        ("MUG,,,,,", "amount", ""),
        ("MUG,,1,2054-12-01,,", "starts_at", "2054-12-01"),
        ("MUG,,1,soon,,", "starts_at", "soon"),
        ("MUG,,1,9999-12-31T23:59:59-12:00,,", "starts_at", "9999-12-31T23:59:59-12:00"),
        ("MUG,,1,2020-01-01T00:00Z,,", "starts_at", "2020-01-01T00:00:00+00:00"),
        ("MUG,,1,,0,", "min_quantity", "0"),
        ("MUG,,5,,,4", "compare_at", "4"),
        ("CUP,,4.10,,,", "sku", "CUP"),
    ],
)
def test_a_bad_row_is_reported_with_its_remedy_and_the_good_rows_are_set(
    run: Run, shop: Shop, row: str, column: str, value: str
) -> None:
    result = run(["CUP,,4.20,,,", row], "--yes")
    assert result.exit_code == 1
    [report] = (shop.app.config["SETTINGS"].var / "reports").iterdir()
    headings, line = report.read_text().splitlines()
    assert headings == "line,column,value,fix"
    assert line.startswith(f"3,{column},{value},")
    assert line[-1] in '."'
    assert [row[3] for row in amounts(shop)] == [420]


def test_a_list_in_another_currency_is_refused(run: Run, shop: Shop) -> None:
    shop.change("UPDATE price_lists SET currency = 'EUR'")
    assert run(["MUG,app,1,,,"], "--currency", "EUR").exit_code == 2  # not sold in it
    shop.app.config["CURRENCIES"] = ("GBP", "EUR")
    assert run(["MUG,app,1,,,"]).exit_code == 1
    assert run(["MUG,app,1,,,"], "--currency", "EUR").exit_code == 0


def test_the_json_output_has_the_result(run: Run) -> None:
    summary = json.loads(run(["MUG,,11,,,", "NONE,,1,,,"], "--json").stdout)
    assert summary["import"] == "prices"
    assert summary["prices"] == {"created": 0, "changed": 1, "unchanged": 0}
    assert summary["up"] == {"prices": 1, "mean": 10.0, "most": 10.0}
    assert (summary["ok"], summary["refused"], "down" in summary) == (False, 1, False)


def test_a_file_without_its_columns_is_refused_completely(
    run: Run, tmp_path: Path, shop: Shop
) -> None:
    file = tmp_path / "other.csv"
    file.write_text("SKU,Price\nMUG,1\n")
    result = shop.app.test_cli_runner().invoke(imports, ["prices", str(file)])
    assert result.exit_code == 1
    assert "lacks the columns sku, amount" in result.stderr
