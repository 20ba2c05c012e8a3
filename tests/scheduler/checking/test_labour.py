"""Each rule of a rule pack has a rota that just keeps it and one that just breaks it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from scheduler.agents import TimeOff, WorkedDay
from scheduler.check import LABOUR_RULES, PAY_RULES
from tests.scheduler.checking.labour import (
    DAYS,
    OVERTIME,
    SUNDAY,
    Work,
    Works,
    broken,
    each,
    past,
    rota_of,
    workspace_of,
)
from tests.scheduler.factory import (
    MONDAY,
    instant,
)


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
