"""From dated rows to the rules in force: layers, dates, inheritance, faults."""

from __future__ import annotations

from datetime import date

import pytest

from forecasting.errors import Fault, InvalidInput
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import RuleBook, resolve_rules
from scheduler.rules.values import Tier
from scheduler.team import RuleRow

DAY = date(2026, 3, 23)


def faults_of(*rows: RuleRow) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as caught:
        RuleBook(rows)
    return caught.value.faults


def test_none_has_no_rules() -> None:
    assert resolve_rules("none", DAY) == LabourRules("none")


def test_a_pack_has_its_own_rules_and_those_of_the_pack_that_it_extends() -> None:
    rules = resolve_rules("DE", DAY)
    assert rules.max_day_minutes == 600
    assert rules.min_weekly_rest_minutes == 2100
    assert rules.source("max_day_minutes") == "pack DE: ArbZG § 3 sentence 2"
    assert rules.source("min_weekly_rest_minutes").startswith("pack EU: Directive 2003/88/EC Art. 5")
    assert rules.average_reference_weeks == 24, "its own, not the directive's 17"
    assert "extends" not in rules.sources


def test_a_companys_row_overrides_and_adds() -> None:
    rows = [
        RuleRow("DE", "sunday_ban", "none", source="Permit of 12 May 2026"),
        RuleRow("DE", "min_rest_minutes", "600"),
        RuleRow("DE", "notice_days", "14", source="Works agreement 7"),
    ]
    rules = resolve_rules("DE", DAY, rows)
    assert (rules.sunday_ban, rules.min_rest_minutes, rules.notice_days) == (None, 600, 14)
    assert rules.source("notice_days") == "pack DE: Works agreement 7"
    assert rules.source("min_rest_minutes") == "pack DE"
    assert "sunday_ban" not in rules.sources
    assert resolve_rules("FR", DAY, rows) == resolve_rules("FR", DAY), "another pack is left alone"


def test_a_companys_row_on_a_parent_reaches_the_children_that_state_nothing_themselves() -> None:
    rows = [RuleRow("EU", "max_days_a_week", "5"), RuleRow("EU", "min_rest_minutes", "700")]
    german, french = resolve_rules("DE", DAY, rows), resolve_rules("FR", DAY, rows)
    assert (german.max_days_a_week, french.max_days_a_week) == (5, 6)
    assert german.min_rest_minutes == 660


def test_a_pack_of_ones_own_may_extend_a_shipped_one_and_be_extended() -> None:
    rows = [
        RuleRow("house", "extends", "PT"),
        RuleRow("house", "min_break_minutes", "30"),
        RuleRow("lisbon", "extends", "house"),
        RuleRow("lisbon", "unpaid_break_minutes", "300:30"),
    ]
    rules = resolve_rules("lisbon", DAY, rows)
    assert (rules.unpaid_break_minutes, rules.min_break_minutes, rules.night_until) == (
        (Tier(300, 30),),
        30,
        420,
    )
    assert rules.min_weekly_rest_minutes == 2100
    assert rules.pack == "lisbon"


def test_rows_hold_from_their_first_date_to_their_last_one() -> None:
    rows = [
        RuleRow("x", "max_week_minutes", "2400", None, date(2026, 3, 22)),
        RuleRow("x", "max_week_minutes", "2300", date(2026, 3, 23), date(2026, 3, 31)),
        RuleRow("DE", "max_day_minutes", "720", date(2026, 3, 23), date(2026, 3, 23)),
    ]
    book = RuleBook(rows)
    days = [date(2026, 3, day) for day in (22, 23, 31)] + [date(2026, 4, 1)]
    assert [book.on("x", day).max_week_minutes for day in days] == [2400, 2300, 2300, None]
    assert [book.on("DE", day).max_day_minutes for day in days] == [600, 720, 600, 600], (
        "then the law's again"
    )


def test_dates_with_the_same_rows_share_their_rules() -> None:
    book = RuleBook([RuleRow("DE", "max_day_minutes", "720", date(2026, 3, 23), date(2026, 3, 23))])
    before, special, after = (book.on("DE", date(2026, 3, day)) for day in (22, 23, 24))
    assert before is after
    assert before is not special


def test_what_a_pack_extends_may_change_with_the_date() -> None:
    rows = [
        RuleRow("x", "extends", "DE", None, date(2026, 3, 22)),
        RuleRow("x", "extends", "FR", date(2026, 3, 23)),
    ]
    book = RuleBook(rows)
    assert [book.on("x", date(2026, 3, day)).max_week_minutes for day in (22, 23)] == [None, 2880]


def test_a_shipped_pack_follows_its_dates() -> None:
    # Kodeks pracy art. 134 gave a second and a third break from 26 April 2023 on.
    before, after = (resolve_rules("PL", date(2023, 4, day)).paid_break_minutes for day in (25, 26))
    assert before == (Tier(360, 15, reached=True),)
    assert after == (Tier(360, 15, reached=True), Tier(540, 30), Tier(960, 45))


def test_defaults_of_what_night_work_is() -> None:
    plain, german = resolve_rules("none", DAY), resolve_rules("DE", DAY)
    assert (plain.night_window, plain.night_shift_minutes) == ((1380, 360), 180)
    assert german.night_shift_minutes == 121
    assert (german.reference_weeks, german.night_weeks) == (24, 4)
    assert LabourRules("x", average_reference_weeks=9).night_weeks == 9
    assert plain.reference_weeks == 17


def test_an_unknown_pack_is_named_where_sites_state_it() -> None:
    with pytest.raises(InvalidInput, match="EU") as caught:
        resolve_rules("GE", DAY, [RuleRow("x", "notice_days", "7")])
    (fault,) = caught.value.faults
    assert (fault.file, fault.column, fault.value, fault.code) == ("sites.csv", "rules", "GE", "unknown_pack")


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (RuleRow("x", "min_rest", "660"), "rule", "did you mean 'min_rest_minutes'?"),
        (RuleRow("x", "min_rest_minutes", "11 h"), "value", "a whole number from 0 to 10,080, or none"),
        (RuleRow("x", "break_minutes", "540:45;360:30"), "value", "rising thresholds"),
        (RuleRow("x", "extends", "GE"), "value", "the pack must be one of"),
        (RuleRow("none", "min_rest_minutes", "660"), "pack", "has no rules"),
        (RuleRow("x", "extends", "x"), "value", "must not extend itself"),
    ],
)
def test_each_row_that_cannot_be_used_is_one_fault(row: RuleRow, column: str, rule: str) -> None:
    (fault,) = faults_of(RuleRow("x", "notice_days", "7"), row)
    assert (fault.file, fault.column) == ("rules.csv", column)
    assert rule in fault.rule


def test_all_faults_are_told_with_their_rows() -> None:
    rows = [
        RuleRow("x", "min_rest_minutes", "soon", row=2),
        RuleRow("x", "notice_days", "7", row=3),
        RuleRow("x", "notice", "7", row=5),
    ]
    assert [(fault.row, fault.value) for fault in faults_of(*rows)] == [(2, "soon"), (5, "notice")]


def test_two_rows_must_not_hold_on_the_same_date() -> None:
    first = RuleRow("x", "notice_days", "7", date(2026, 1, 1), date(2026, 6, 30), row=2)
    (fault,) = faults_of(first, RuleRow("x", "notice_days", "14", date(2026, 6, 30), row=3))
    assert (fault.row, fault.column, fault.value) == (3, "from", "2026-06-30")
    RuleBook([first, RuleRow("x", "notice_days", "14", date(2026, 7, 1))])
    RuleBook([first, RuleRow("y", "notice_days", "14", date(2026, 6, 30))])


def test_packs_must_not_extend_each_other_in_a_circle() -> None:
    rows = [RuleRow("EU", "extends", "x", row=2), RuleRow("x", "extends", "DE", row=3)]
    assert [fault.row for fault in faults_of(*rows)] == [2, 3]
