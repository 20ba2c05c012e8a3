"""The shipped packs: all can be read, each row says where it is written and how far it was checked."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from importlib.resources import files

import pytest

from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import RuleBook
from scheduler.rules.shipped import COLUMNS, STATUSES, shipped_packs, shipped_rows, split_source
from scheduler.rules.values import Tier
from scheduler.rules.vocabulary import EXTENDS, VOCABULARY
from scheduler.team import RuleRow

DAY = date(2026, 3, 23)
FOLDER = files("scheduler.rules") / "packs"
PACKS = ["EU", "UK", "DE", "FR", "PL", "PT", "LV", "GR", "US-CA", "BR", "PH", "IN", "IN-DL", "JP", "KR"]


def test_the_packs_that_ship() -> None:
    assert list(shipped_packs()) == PACKS
    assert RuleBook().packs == tuple(sorted([*PACKS, "none"]))
    assert {f"{name}.csv" for name in PACKS} | {"about.toml"} == {item.name for item in FOLDER.iterdir()}


def test_the_vocabulary_and_the_fields_are_the_same() -> None:
    names = [field.name for field in fields(LabourRules)]
    assert names[:2] == ["pack", "sources"]
    assert sorted([EXTENDS, *names[2:]]) == sorted(VOCABULARY)


@pytest.mark.parametrize("name", PACKS)
def test_a_packs_file_holds_only_its_own_rows_in_the_columns_of_rules_csv(name: str) -> None:
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert all(line.startswith(f"{name},") for line in lines[1:])
    assert shipped_packs()[name].left_out


@pytest.mark.parametrize("row", shipped_rows(), ids=lambda row: f"{row.pack}-{row.rule}-{row.first_date}")
def test_every_row_can_be_read_and_cites_its_source(row: RuleRow) -> None:
    VOCABULARY[row.rule].kind.read(row.value)
    citation, status = split_source(row.source or "")
    assert citation
    assert status in STATUSES or row.rule == EXTENDS


def test_shipped_rows_pass_the_checks_of_a_companys_own() -> None:
    # Copied into a workspace under other names, no two of them hold for one rule on one date.
    copies = [
        RuleRow(f"my {row.pack}", row.rule, f"my {row.value}" if row.rule == EXTENDS else row.value,
                row.first_date, row.last_date, row.source)
        for row in shipped_rows()
    ]  # fmt: skip
    book = RuleBook(copies)
    for name in PACKS:
        shipped, copied = book.on(name, DAY), book.on(f"my {name}", DAY)
        assert all(
            getattr(shipped, field.name) == getattr(copied, field.name) for field in fields(LabourRules)[2:]
        )


def test_europe_is_inherited_and_never_relaxed() -> None:
    book = RuleBook()
    europe = book.on("EU", DAY)
    for name in ("DE", "FR", "PL", "PT", "LV", "GR"):
        rules = book.on(name, DAY)
        assert (rules.min_rest_minutes or 0) >= (europe.min_rest_minutes or 0)
        assert (rules.min_weekly_rest_minutes or 0) >= (europe.min_weekly_rest_minutes or 0)
        assert (rules.average_week_minutes or 99_999) <= (europe.average_week_minutes or 0)
        assert rules.break_minutes


def test_figures_that_the_field_names() -> None:
    on = {name: RuleBook().on(name, DAY) for name in PACKS}
    assert on["UK"].break_minutes == (Tier(360, 20),)
    assert on["UK"].reference_weeks == 17
    assert (on["FR"].max_day_minutes, on["FR"].max_week_minutes, on["FR"].average_week_minutes) == (
        600,
        2880,
        2640,
    )
    assert on["FR"].overtime_week_premium[0].threshold == 35 * 60
    assert on["US-CA"].overtime_day_premium == (Tier(480, 0.5), Tier(720, 1.0))
    assert on["US-CA"].paid_break_minutes[0] == Tier(210, 10, reached=True)
    assert (on["BR"].max_day_minutes, on["BR"].paid_break_edge_minutes) == (360, 60)
    assert on["PH"].night_window == (22 * 60, 6 * 60)
    assert (on["PH"].night_premium, on["JP"].night_premium, on["KR"].night_premium) == (0.1, 0.25, 0.5)
    assert (on["JP"].max_overtime_month_minutes, on["JP"].max_overtime_year_minutes) == (45 * 60, 360 * 60)
    assert on["KR"].max_week_minutes == (40 + 12) * 60
    assert (on["IN-DL"].max_continuous_minutes, on["IN-DL"].overtime_day_premium) == (300, (Tier(540, 1.0),))
    assert on["LV"].min_weekly_rest_minutes == 42 * 60
