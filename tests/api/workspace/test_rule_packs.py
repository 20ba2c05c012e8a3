"""A company's own rules arrive where plans are made, with the rows they stand in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.workspace.read import read_workspace
from scheduler.rules.resolve import RuleBook
from tests.api.workspace.loading import change, short_contacts
from tests.workspaces import write_workspace


def test_own_rows_change_a_shipped_pack_and_make_another(tmp_path: Path) -> None:
    rows = [
        {"pack": "UK", "rule": "min_rest_minutes", "value": "720", "source": "Agreement 7"},
        {"pack": "UK", "rule": "min_rest_minutes", "value": "700", "from": "2027-01-01"},
    ]
    rows[0]["until"] = "2026-12-31"
    rows += [
        {"pack": "own", "rule": "extends", "value": "UK"},
        {"pack": "own", "rule": "break_minutes", "value": "none"},
    ]
    sites = change("sites", 2, rules="own")["sites"]
    write_workspace(tmp_path, contacts=short_contacts(), rules=rows, sites=sites)
    workspace = read_workspace(tmp_path)
    assert [row.row for row in workspace.rules] == [2, 3, 4, 5]
    book = RuleBook(workspace.rules)
    rules = book.on(workspace.sites["london"].rules, workspace.settings.start)
    assert (rules.min_rest_minutes, rules.break_minutes, rules.average_week_minutes) == (720, (), 2880)
    assert rules.source("min_rest_minutes") == "pack UK: Agreement 7"
    assert book.on("own", date(2027, 1, 1)).min_rest_minutes == 700


def test_a_file_of_a_shipped_pack_can_be_copied_and_edited(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[3] / "scheduler" / "rules" / "packs" / "PT.csv"
    write_workspace(tmp_path, contacts=short_contacts(), sites=change("sites", 2, rules="PT")["sites"])
    text = shipped.read_text(encoding="utf-8").replace(
        "unpaid_break_minutes,300:60", "unpaid_break_minutes,300:30"
    )
    (tmp_path / "rules.csv").write_text(text, encoding="utf-8")
    workspace = read_workspace(tmp_path)
    rules = RuleBook(workspace.rules).on("PT", workspace.settings.start)
    assert rules.unpaid_break_minutes[0].value == 30
    assert rules.night_premium == 0.25
