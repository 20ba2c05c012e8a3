"""Rules across agents in the checker: a good rota, and a small change of it that breaks that rule alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.agents import FixedWork, Skill, WorkedDay
from scheduler.check import check
from scheduler.rota import Rota
from scheduler.team import Presence
from scheduler.workspace import Workspace
from tests.scheduler.checking.rule_cases import MINUTES, NIGHT, TUESDAY, rules_of
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    RIGA,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

EVERY = frozenset(range(7))
# A day shift is from 08:00 (or later) for 8.5 hours; a night shift from 22:00 to 06:00.


def team(agents: int = 3, **tables: Any) -> Workspace:
    contracts = [make_contract(shifts=("day", "night"))]
    return make_workspace(agents=agents, contracts=contracts, templates=[DAY, NIGHT], **tables)


def seated(seats: int, **tables: Any) -> Workspace:
    return team(sites=[replace(RIGA, seats=seats)], **tables)


def watched(low: int, high: int, **row: Any) -> Workspace:
    tables = row.pop("tables", {})
    members = {"weekdays": EVERY, "zone": "Europe/Riga", **row}
    return team(presence=(Presence(low, high, **members),), **tables)


def rota_of(workspace: Workspace, *shifts: tuple[str, date, int], template: str = "day") -> Rota:
    return make_rota(
        make_shift(workspace, agent, day, minute, template=template) for agent, day, minute in shifts
    )


def test_seats_hold_for_people_who_meet_and_breaks_keep_theirs() -> None:
    workspace = seated(2)
    good = rota_of(workspace, ("a1", MONDAY, 480), ("a2", MONDAY, 600), ("a3", TUESDAY, 480))
    assert rules_of(workspace, good) == []
    bad = rota_of(workspace, ("a1", MONDAY, 480), ("a2", MONDAY, 600), ("a3", MONDAY, 480))
    (violation,) = check(workspace, make_requirement([]), bad).violations
    assert violation.message == (
        "seats of site riga, 2026-03-23: 3 at work from 10:00 to 16:30, at most 2 may be"
    )
    assert (violation.rule, violation.agent, violation.day) == ("seats", "", MONDAY)
    assert (violation.value, violation.limit) == (3, 2)


def test_who_leaves_makes_room_at_once() -> None:
    workspace = seated(1)
    shifts = ("a1", MONDAY, 480), ("a2", MONDAY, 990)
    early = team(sites=[replace(RIGA, seats=1)])
    late = replace(early, shifts={**early.shifts, "day": replace(DAY, latest_start=990)})
    assert rules_of(late, rota_of(late, *shifts)) == []
    touching = rota_of(workspace, ("a1", MONDAY, 480), ("a2", MONDAY, 960))
    assert ("seats", "violation") in rules_of(workspace, touching)


def test_a_night_from_before_the_plan_takes_a_seat_until_it_ends() -> None:
    ends = instant(MONDAY, 485)
    workspace = seated(1, worked=(WorkedDay("a2", MONDAY - timedelta(days=1), 480, ends),))
    assert rules_of(workspace, rota_of(workspace, ("a1", MONDAY, 510))) == []
    assert rules_of(workspace, rota_of(workspace, ("a1", MONDAY, 480))) == [("seats", "violation")]


def test_what_given_work_takes_alone_is_reported() -> None:
    low = instant(MONDAY, 480)
    fixed = tuple(FixedWork(name, low, low + 480 * MINUTES, "meeting") for name in ("a1", "a2"))
    workspace = seated(1, fixed=fixed)
    shifts = [
        replace(make_shift(workspace, name), template=None, end=low + 480 * MINUTES, breaks=(), fixed=True)
        for name in ("a1", "a2")
    ]
    rota = make_rota(shifts, queue=None)
    rota = replace(rota, stretches=tuple(replace(each, activity="meeting") for each in rota.stretches))
    assert rules_of(workspace, rota) == [("seats", "reported")]
    more = make_rota([make_shift(workspace, "a3")])
    both = Rota((*rota.shifts, *more.shifts), (*rota.stretches, *more.stretches))
    assert rules_of(workspace, both) == [("seats", "violation")]


def test_a_most_holds_in_its_window_only() -> None:
    workspace = watched(720, 780, most=1, site="riga", weekdays=frozenset({0}))
    apart = rota_of(workspace, ("a1", MONDAY, 480), ("a2", TUESDAY, 480), ("a3", TUESDAY, 480))
    assert rules_of(workspace, apart) == []
    assert rules_of(workspace, rota_of(workspace, ("a1", MONDAY, 480), ("a2", MONDAY, 480))) == [
        ("presence_max", "violation")
    ]


def all_week(workspace: Workspace, minute: int) -> Rota:
    days = [MONDAY + step * timedelta(days=1) for step in range(7)]
    return rota_of(
        workspace, *(("a1", day, minute) for day in days[:5]), *(("a2", d, minute) for d in days[5:])
    )


def test_a_least_holds_on_every_date_of_the_plan() -> None:
    workspace = watched(600, 960, least=1, site="riga")
    assert rules_of(workspace, all_week(workspace, 600)) == []
    late = watched(595, 960, least=1, site="riga")
    assert rules_of(late, all_week(late, 600)) == [("presence_min", "violation")] * 7
    (first, *_) = check(late, make_requirement([]), all_week(late, 600)).violations
    assert first.message == (
        "presence of site riga, 2026-03-23: 0 at work from 09:55 to 10:00, at least 1 must be"
    )


def test_nothing_is_asked_before_anybody_can_be_there() -> None:
    """Day shifts begin at 08:00 on the first date, and the last night ends at 06:00 after the last one."""
    workspace = watched(0, 1440, least=1, site="riga", tables={"settings": {"days": 1}})
    rota = make_rota(
        [make_shift(workspace, "a1", minute=480), make_shift(workspace, "a2", minute=600),
         make_shift(workspace, "a3", minute=1320, template="night")]
    )  # fmt: skip
    assert [rule for rule, _ in rules_of(workspace, rota)] == ["presence_min"]  # 18:30 to 22:00
    (violation,) = check(workspace, make_requirement([]), rota).violations
    assert "from 18:30 to 22:00" in violation.message


def test_a_hand_over_crosses_midnight_and_the_clock_change() -> None:
    """On 29 March 2026 clocks in Riga go from 03:00 to 04:00; a night from 22:00 ends at 07:00."""
    saturday = MONDAY + timedelta(days=5)
    workspace = watched(1380, 1440 + 420, least=1, site="riga", weekdays=frozenset({5}))
    assert rules_of(workspace, rota_of(workspace, ("a1", saturday, 1320), template="night")) == []
    later = watched(1380, 1440 + 425, least=1, site="riga", weekdays=frozenset({5}))
    assert rules_of(later, rota_of(later, ("a1", saturday, 1320), template="night")) == [
        ("presence_min", "violation")
    ]


@pytest.mark.parametrize(
    ("row", "counted"),
    [
        ({"skill": "lv:phone"}, {"lv phone", "lv all"}),
        ({"skill": "lv:*"}, {"lv phone", "lv all", "lv email"}),
        ({"skill": "en:phone"}, set()),
        ({"region": "lv"}, {"lv phone", "lv all"}),
        ({"region": "lv", "language": "en"}, set()),
        ({"region": "lv", "channel": "phone"}, {"lv phone", "lv all"}),
        ({"site": "riga"}, {"lv phone", "lv all", "lv email", "elsewhere"}),
    ],
)
def test_whom_a_row_counts(row: dict[str, str], counted: set[str]) -> None:
    agents = [
        make_agent("lv phone", skills=(Skill("lv", "phone"),)),
        make_agent("lv all"),
        make_agent("lv email", skills=(Skill("lv", "email"),)),
        make_agent("elsewhere", skills=(Skill("de", "phone"),), regions=frozenset({"de"})),
    ]
    workspace = make_workspace(agents=agents)
    presence = Presence(0, 1440, EVERY, "Europe/Riga", None, None, **row)
    assert {agent.name for agent in agents if presence.counts(agent, workspace.queues)} == counted
