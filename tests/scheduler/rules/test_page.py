"""The documentation of the rules is made from the data, and its example works."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from scheduler.rules.page import labour_rules_page
from scheduler.rules.resolve import RuleBook
from scheduler.team import RuleRow

PAGE = Path(__file__).parents[3] / "docs" / "labour-rules.md"


def test_the_page_is_current() -> None:
    hint = "write it anew: python -m scheduler.rules.page > docs/labour-rules.md"
    assert PAGE.read_text(encoding="utf-8") == labour_rules_page(), hint


def test_it_says_that_it_is_no_legal_advice() -> None:
    assert "**This is not legal advice.**" in PAGE.read_text(encoding="utf-8").splitlines()[2]


def test_the_example_can_be_used() -> None:
    lines = [
        line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("    ")
    ]
    rows = [
        RuleRow(cells["pack"], cells["rule"], cells["value"],
                date.fromisoformat(cells["from"]) if cells["from"] else None, None, cells["source"])
        for cells in csv.DictReader(lines)
    ]  # fmt: skip
    book = RuleBook(rows)
    day = date(2026, 6, 1)
    assert book.on("DE", day).sunday_ban is None
    assert book.on("chicago", day).notice_days == 14
    assert book.on("lisbon-night", day).min_break_minutes == 30
    assert book.on("lisbon-night", day).min_rest_minutes == 660
