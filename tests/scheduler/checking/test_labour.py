"""Each rule of a rule pack has a rota that just keeps it and one that just breaks it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.agents import FixedWork, TimeOff, WorkedDay
from scheduler.check import LABOUR_RULES, PAY_RULES, check
from scheduler.rota import Rota, Shift
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.team import RuleRow
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

DAYS = timedelta(days=1)
MINUTES = timedelta(minutes=1)
SUNDAY = MONDAY + 6 * DAYS
ANY = ShiftTemplate(
    "any", 0, 1435, min_minutes=60, max_minutes=1440, start_every_minutes=5, length_step_minutes=5
)
UNPAID = replace(ANY, name="unpaid", breaks=(BreakRule(30, paid=False, after=0, before=1440),))
SHORT = replace(ANY, name="short", breaks=(BreakRule(15, paid=False, after=0, before=1440),) * 2)
PAID = replace(ANY, name="paid", breaks=(BreakRule(10, paid=True, after=0, before=1440),) * 2)
FREE = {"max_week_minutes": 10_080, "max_days_a_week": 7, "min_rest_minutes": 0}


@dataclass(frozen=True)
class Work:
    """A shift: day of the plan, wall-clock minute, elapsed length, template, places of its breaks."""

    day: int
    minute: int = 480
    length: int = 480
    template: str = "any"
    breaks: tuple[int, ...] = ()


Works = Sequence[Work]


@dataclass(frozen=True)
class Case:
    """Rows of a pack, work that keeps the rule, and work that does not."""

    rule: str
    rows: dict[str, str]
    good: Works
    bad: Works
    tables: dict[str, Any] = field(default_factory=dict)
    days: int = 14
    zone: str = "Europe/Riga"


def workspace_of(
    rows: dict[str, str] | Sequence[RuleRow], zone: str = "Europe/Riga", days: int = 14, **tables: Any
) -> Workspace:
    given = [RuleRow("x", rule, value) for rule, value in rows.items()] if isinstance(rows, dict) else rows
    site = Site("riga", zone, country="LV", rules="x")
    usual = {
        "agents": [make_agent()],
        "templates": [ANY, UNPAID, SHORT, PAID],
        "contracts": [make_contract(shifts=("any", "unpaid", "short", "paid"), **FREE)],
        "settings": {"days": days},
    }
    return make_workspace(**{**usual, "sites": [site], "rules": tuple(given), **tables})


def rota_of(workspace: Workspace, works: Works) -> Rota:
    start = workspace.settings.start
    return make_rota(
        make_shift(
            workspace, "a1", start + work.day * DAYS, work.minute,
            template=work.template, length=work.length, break_starts=work.breaks,
        )
        for work in works
    )  # fmt: skip


def broken(workspace: Workspace, rota: Rota) -> list[tuple[str, str]]:
    report = check(workspace, make_requirement([]), rota)
    return [(violation.rule, violation.severity.value) for violation in report.violations]


def each(days: Sequence[int], **of_each: Any) -> list[Work]:
    return [Work(day, **of_each) for day in days]


def past(minutes: int, *back: int, end: int | None = None) -> tuple[WorkedDay, ...]:
    """Days before the plan, so many minutes each, ended at a wall-clock minute or at an unknown time."""
    rows = []
    for step in back:
        day = MONDAY - step * DAYS
        rows.append(WorkedDay("a1", day, minutes, None if end is None else instant(day, end)))
    return tuple(rows)


OVERTIME = {"overtime_day_premium": "480:0.5", "overtime_week_premium": "2400:0.5"}
CASES = [
    Case("min_rest_minutes", {"min_rest_minutes": "660"}, [Work(0, 780), Work(1)], [Work(0, 785), Work(1)]),
    Case("max_days_a_week", {"max_days_a_week": "5"}, each([0, 1, 2, 3, 4, 7]), each([0, 1, 2, 3, 4, 6])),
    Case("max_days_running", {"max_days_running": "6"}, each(range(6)), each(range(7))),
    Case("max_week_minutes", {"max_week_minutes": "2879"}, each(range(5)), each(range(6))),
    # Six days to Saturday 16:00; the rest to Monday 08:00 is 39 h, for Riga's clocks skip one.
    Case(
        "min_weekly_rest_minutes", {"min_weekly_rest_minutes": "2340"},
        [*each(range(6)), Work(7)], [*each(range(6)), Work(7, 475)],
    ),
    # Of the rest to Monday 16:00 at least 24 h must lie in the week: from Saturday 23:00 on.
    Case(
        "min_weekly_rest_minutes", {"min_weekly_rest_minutes": "2100"},
        [*each(range(5)), Work(5, 900), Work(7, 960)], [*each(range(5)), Work(5, 905), Work(7, 960)],
    ),
    # A short weekly rest need only lie in the week itself.
    Case(
        "min_weekly_rest_minutes", {"min_weekly_rest_minutes": "960"},
        each(range(7)), [Work(day, 480, 485) for day in range(7)],
    ),
    # Six days from Monday on were worked until nobody knows when; the plan begins on Sunday, of 23 h.
    Case(
        "min_weekly_rest_minutes", {"min_weekly_rest_minutes": "1380"},
        [Work(1)], [Work(0)],
        tables={
            "settings": {"start": SUNDAY, "days": 2},
            "worked": tuple(WorkedDay("a1", MONDAY + step * DAYS, 480) for step in range(6)),
        },
    ),
    Case("sunday_ban", {"sunday_ban": "true"}, [Work(5, 960, 480)], [Work(5, 960, 485)]),
    Case("sunday_ban", {"sunday_ban": "true"}, [Work(7, 0, 480)], [Work(6, 1380, 480)]),
    # 1 May 2026, a Friday, is a holiday in Latvia, and so is 4 May.
    Case(
        "holiday_ban", {"holiday_ban": "true"}, [Work(3, 960, 480), Work(5)], [Work(3, 960, 485)],
        tables={"settings": {"start": date(2026, 4, 27), "days": 7}},
    ),
    Case(
        "max_sundays_running", {"max_sundays_running": "2"},
        each([6, 13, 27]), [Work(6), Work(12, 1200, 600), Work(20)], days=28,
    ),
    Case(
        "max_sundays_running", {"max_sundays_running": "2"}, each([13]), each([6]),
        tables={"worked": (*past(480, 1), *past(480, 8))},
    ),
    Case("max_shift_minutes", {"max_shift_minutes": "600"}, [Work(0, length=600)], [Work(0, length=605)]),
    Case(
        "max_day_minutes", {"max_day_minutes": "600"},
        [Work(0, length=630, template="unpaid", breaks=(300,))],
        [Work(0, length=635, template="unpaid", breaks=(300,))],
    ),
    # The night is 22:00 to 06:00; two hours of it make a night shift, which is shorter.
    Case(
        "max_night_shift_minutes",
        {"max_night_shift_minutes": "480", "night_from": "22:00", "night_threshold_minutes": "120"},
        [Work(0, 840, 595), Work(2, 840, 480)], [Work(0, 840, 600)],
    ),
    Case(
        "average_week_minutes", {"average_week_minutes": "2400", "average_reference_weeks": "4"},
        [*each(range(6)), *each(range(7, 11))], [*each(range(6)), *each(range(7, 10)), Work(10, length=485)],
    ),
    # A week of leave counts for nothing: ten days of 8 h in the other one are 80 h on average.
    Case(
        "average_week_minutes", {"average_week_minutes": "2400"},
        each(range(5)), [*each(range(4)), Work(4, length=485)],
        tables={
            "time_off": (
                TimeOff("a1", instant(MONDAY + 7 * DAYS, 0), instant(MONDAY + 14 * DAYS, 0),
                        whole_days=tuple(MONDAY + step * DAYS for step in range(7, 14))),
            )
        },
    ),
    # With history the four weeks that end with each week of the plan.
    Case(
        "average_week_minutes", {"average_week_minutes": "2400", "average_reference_weeks": "4"},
        each(range(4)), each(range(5)), days=7,
        tables={"worked": past(480, *range(1, 7), *range(8, 13), *range(15, 20))},
    ),
    Case(
        "night_average_week_minutes", {"night_average_week_minutes": "2400", "night_reference_weeks": "1"},
        [*each(range(6)), *each(range(7, 12), minute=1380)], each(range(6), minute=1320),
    ),
    Case(
        "max_overtime_month_minutes", {"max_overtime_month_minutes": "120", **OVERTIME},
        [Work(0, length=600), Work(9, length=600)], [Work(0, length=600), Work(1, length=485)],
    ),
    Case(
        "max_overtime_month_minutes", {"max_overtime_month_minutes": "480", **OVERTIME},
        [*each(range(6)), *each(range(7, 12))], [*each(range(6)), Work(7, length=485)],
    ),
    Case(
        "max_overtime_year_minutes", {"max_overtime_year_minutes": "600", **OVERTIME},
        [Work(0, length=600)], [Work(0, length=605)],
        # 40 h in five days, then 8 h more in that week: 480 minutes of overtime in February.
        tables={"worked": past(480, *range(23, 29))},
    ),
    Case(
        "break_minutes", {"break_minutes": "360:30;540:45"},
        [Work(0, length=570, template="unpaid", breaks=(300,)), Work(1, length=360)],
        [Work(0, length=575, template="unpaid", breaks=(300,)), Work(1, length=360)],
    ),
    Case("break_minutes", {"break_minutes": "360:1"}, [Work(0, length=360)], [Work(0, length=365)]),
    Case("break_minutes", {"break_minutes": ">=360:1"}, [Work(0, length=355)], [Work(0, length=360)]),
    # Blocks shorter than the least do not count, nor does a break that ends with the shift.
    Case(
        "break_minutes", {"break_minutes": "360:30", "min_break_minutes": "15"},
        [Work(0, template="short", breaks=(120, 240))], [Work(0, template="paid", breaks=(120, 240))],
    ),
    Case(
        "break_minutes", {"break_minutes": "360:30"},
        [Work(0, template="unpaid", breaks=(445,))], [Work(0, template="unpaid", breaks=(450,))],
    ),
    Case(
        "unpaid_break_minutes", {"unpaid_break_minutes": "360:20"},
        [Work(0, template="unpaid", breaks=(240,))], [Work(0, template="paid", breaks=(120, 240))],
    ),
    Case(
        "paid_break_minutes", {"paid_break_minutes": "240:20", "min_paid_break_minutes": "10"},
        [Work(0, template="paid", breaks=(120, 240))], [Work(0, template="unpaid", breaks=(240,))],
    ),
    # NR-17 Annex II: pauses of 10 minutes, not in the first or the last hour.
    Case(
        "paid_break_minutes", {"paid_break_minutes": "240:20", "paid_break_edge_minutes": "60"},
        [Work(0, template="paid", breaks=(60, 410))], [Work(0, template="paid", breaks=(60, 415))],
    ),
    Case(
        "paid_break_minutes", {"paid_break_minutes": "240:20", "paid_break_edge_minutes": "60"},
        [Work(0, template="paid", breaks=(60, 410))], [Work(0, template="paid", breaks=(55, 410))],
    ),
    # Labor Code 512 (a): the first meal no later than the end of the fifth hour.
    Case(
        "break_latest_starts", {"unpaid_break_minutes": "300:30;600:60", "break_latest_starts": "300;600"},
        [Work(0, template="unpaid", breaks=(300,))], [Work(0, template="unpaid", breaks=(305,))],
    ),
    Case(
        "break_latest_starts", {"break_minutes": "360:15;420:30", "break_latest_starts": "240;300"},
        [Work(0, template="short", breaks=(240, 300))], [Work(0, template="short", breaks=(240, 305))],
    ),
    Case(
        "max_continuous_minutes", {"max_continuous_minutes": "300"},
        [Work(0, length=630, template="unpaid", breaks=(300,))],
        [Work(0, length=635, template="unpaid", breaks=(300,))],
    ),
    Case(
        "max_continuous_minutes", {"max_continuous_minutes": "300", "min_break_minutes": "15"},
        [Work(0, template="short", breaks=(100, 300))], [Work(0, template="paid", breaks=(100, 300))],
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_holds_and_just_does_not(case: Case) -> None:
    workspace = workspace_of(case.rows, case.zone, case.days, **case.tables)
    assert broken(workspace, rota_of(workspace, case.good)) == []
    bad = broken(workspace, rota_of(workspace, case.bad))
    assert bad == [(case.rule, "violation")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_holds_only_where_the_sites_pack_states_it(case: Case) -> None:
    workspace = workspace_of(case.rows, case.zone, case.days, **case.tables)
    elsewhere = {name: replace(site, rules="none") for name, site in workspace.sites.items()}
    assert broken(replace(workspace, sites=elsewhere), rota_of(workspace, case.bad)) == []


def test_every_rule_that_can_be_broken_has_a_case() -> None:
    assert len({case.rule for case in CASES}) == len(LABOUR_RULES) + len(PAY_RULES) + 4, "four with contracts"


def test_messages_name_the_pack_and_its_source() -> None:
    rows = [
        RuleRow("x", "extends", "EU"),
        RuleRow("x", "max_day_minutes", "540", source="Works agreement 7"),
    ]
    workspace = workspace_of(rows)
    report = check(workspace, make_requirement([]), rota_of(workspace, [Work(0, 840, 595), Work(1, 420)]))
    assert [violation.message for violation in report.violations] == [
        "agent a1, 2026-03-23: 0 min of break count in 9 h 55 min of work, 1 min are required "
        "(pack EU: Directive 2003/88/EC Art. 4 (states no length: any break))",
        "agent a1, 2026-03-23: the day has 9 h 55 min, at most 9 h are allowed (pack x: Works agreement 7)",
        "agent a1, 2026-03-24: 0 min of break count in 8 h of work, 1 min are required "
        "(pack EU: Directive 2003/88/EC Art. 4 (states no length: any break))",
        "agent a1, 2026-03-24: 7 h 5 min of rest before this shift, 11 h are required "
        "(pack EU: Directive 2003/88/EC Art. 3)",
    ]


def test_the_tighter_of_contract_and_pack_holds() -> None:
    contract = make_contract(shifts=("any",), **{**FREE, "min_rest_minutes": 720})
    workspace = workspace_of({"min_rest_minutes": "660"}, contracts=[contract])
    rota = rota_of(workspace, [Work(0, 780), Work(1, 480)])
    (violation,) = check(workspace, make_requirement([]), rota).violations
    assert violation.message == "agent a1, 2026-03-24: 11 h of rest before this shift, 12 h are required"


def test_a_shift_follows_the_rules_of_its_date() -> None:
    tuesday = MONDAY + DAYS
    workspace = workspace_of([RuleRow("x", "max_day_minutes", "420", tuesday, tuesday)])
    report = check(workspace, make_requirement([]), rota_of(workspace, each(range(3))))
    assert [(violation.rule, violation.day) for violation in report.violations] == [
        ("max_day_minutes", tuesday)
    ]


def test_a_week_follows_the_rules_of_its_first_date_inside_the_plan() -> None:
    wednesday = MONDAY + 2 * DAYS
    rows = [RuleRow("x", "max_week_minutes", "1200", wednesday, None)]
    whole = workspace_of(rows)
    assert broken(whole, rota_of(whole, each(range(3)))) == []
    cut = workspace_of(rows, settings={"start": wednesday, "days": 5})
    assert broken(cut, rota_of(cut, each(range(3)))) == [("max_week_minutes", "violation")]


def test_what_given_work_breaks_alone_is_reported() -> None:
    start = instant(MONDAY, 480)
    works = (
        FixedWork("a1", start, start + 700 * MINUTES, "shift"),
        FixedWork("a1", start + 900 * MINUTES, start + 960 * MINUTES, "meeting"),
    )
    rows = {"max_day_minutes": "600", "min_rest_minutes": "660", "break_minutes": "360:30"}
    workspace = workspace_of(rows, fixed=works[:1])
    shift = Shift("a1", "riga", None, start, start + 700 * MINUTES, MONDAY, "Europe/Riga", 700, fixed=True)
    assert broken(workspace, make_rota([shift])) == [("max_day_minutes", "reported")]


def test_weekly_rest_over_the_hour_that_clocks_skip_and_repeat() -> None:
    # Saturday 16:00 to Monday 02:00 shows 34 h; 33 pass in March, 35 in October.
    works = [*each(range(6)), Work(7, 120)]
    for start, expected in ((MONDAY, ["min_weekly_rest_minutes"]), (date(2026, 10, 19), [])):
        workspace = workspace_of({"min_weekly_rest_minutes": "2040"}, settings={"start": start, "days": 8})
        assert [rule for rule, _ in broken(workspace, rota_of(workspace, works))] == expected


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"]
)
def test_sundays_and_nights_are_the_sites(zone: str) -> None:
    rows = {"sunday_ban": "true", "max_night_shift_minutes": "420"}
    workspace = workspace_of(rows, zone)
    assert broken(workspace, rota_of(workspace, [Work(5, 960, 480), Work(7, 360, 480)])) == []
    assert broken(workspace, rota_of(workspace, [Work(5, 960, 485)])) == [("sunday_ban", "violation")]
    assert broken(workspace, rota_of(workspace, [Work(1, 1320, 480)])) == [
        ("max_night_shift_minutes", "violation")
    ]


def test_premiums_enter_the_cost() -> None:
    agents = [make_agent(hourly_cost=10.0)]
    workspace = workspace_of({"night_premium": "0.25", **OVERTIME}, agents=agents)
    report = check(
        workspace, make_requirement([]), rota_of(workspace, [Work(0, 1320, 480), Work(2, length=540)])
    )
    # 8 h and 7 of them at night; 9 h and one of overtime.
    assert report.cost == {"EUR": pytest.approx(80 + 7 * 2.5 + 90 + 5)}
    assert report.objective.quantities["cost"] == pytest.approx(192.5)


Change = Callable[[Shift], Shift]


@pytest.mark.parametrize(
    "change",
    [
        lambda shift: replace(shift, site="paris"),
        lambda shift: replace(shift, local_date=date(2031, 1, 1)),
        lambda shift: replace(shift, paid_minutes=-5),
        lambda shift: replace(shift, end=shift.start),
        lambda shift: replace(shift, breaks=shift.breaks * 2),
        lambda shift: replace(
            shift, breaks=(replace(shift.breaks[0], start=shift.start - DAYS, end=shift.end + DAYS),)
        ),
    ],
)
def test_a_faulty_rota_is_told_and_not_fallen_over(change: Change) -> None:
    rows = {
        "extends": "DE", "max_overtime_month_minutes": "0", "min_weekly_rest_minutes": "2100",
        "paid_break_minutes": "0:10", "break_latest_starts": "240", "max_sundays_running": "1", **OVERTIME,
    }  # fmt: skip
    workspace = workspace_of(rows, agents=[make_agent(hourly_cost=10.0)])
    shifts = rota_of(workspace, [Work(0, template="unpaid", breaks=(240,)), Work(2)]).shifts
    rota = make_rota([change(shifts[0]), shifts[1]])
    assert broken(workspace, rota)
