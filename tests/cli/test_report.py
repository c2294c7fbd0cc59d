"""The money report on the command line."""

import json
from pathlib import Path

from tests.core.payment_processing.test_money_report import a_day
from tests.drivers.shop import Shop

DAY = "2026-11-24"


def run(shop: Shop, *words: str) -> tuple[int, str]:
    result = shop.app.test_cli_runner().invoke(args=[*words])
    return result.exit_code, result.output


def test_the_report_of_a_day_is_printed_as_text_json_and_csv(shop: Shop, tmp_path: Path) -> None:
    a_day(shop)
    day = f"{shop.clock.now():%Y-%m-%d}"
    days = ("report", "money", "--from", day, "--to", day)
    code, reported = run(shop, *days)
    assert code == 0
    assert f"{day} web lds cash: captured £10.00, net £10.00" in reported.splitlines()
    summary = json.loads(run(shop, *days, "--json")[1])
    assert [one["tender"] for one in summary["items"]] == ["card", "cash", "gift_card"]
    assert summary["totals"][0]["captured"] == 2000
    file = tmp_path / "money.csv"
    assert run(shop, *days, "--csv", str(file))[1] == f"3 rows in {file}.\n"
    assert len(file.read_text().splitlines()) == 4


def test_a_day_without_money_is_empty_and_an_inverted_range_is_refused(shop: Shop) -> None:
    assert run(shop, "report", "money", "--from", DAY, "--to", DAY) == (0, "No money moved.\n")
    code, reported = run(shop, "report", "money", "--from", DAY, "--to", "2026-01-01")
    assert (code, "before" in reported) == (1, True)
