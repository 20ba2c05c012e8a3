"""Activities to attend in the checker: a good rota, and a small change of it that breaks one rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.agents import FixedWork, Skill, TimeOff
from scheduler.rota import Rota, Stretch
from scheduler.team import Activity
from scheduler.workspace import Workspace
from tests.scheduler.checking.rule_cases import MINUTES, TUESDAY, rules_of
from tests.scheduler.factory import MONDAY, instant, make_agent, make_rota, make_shift, make_workspace

TRAINING = Activity("training", 60, instant(MONDAY, 480), instant(MONDAY, 1020), site="riga")


def attending(activity: Activity = TRAINING, agents: int = 1, **tables: Any) -> Workspace:
    return make_workspace(agents=agents, activities=(activity,), **tables)


def rota_of(workspace: Workspace, *starts: int | None, minutes: int = 60, name: str = "training") -> Rota:
    """Return a rota in which each agent works on Monday, with training at a minute of that date."""
    shifts = [make_shift(workspace, agent) for agent in sorted(workspace.agents)]
    rota = make_rota(shifts)
    for agent, start in zip(sorted(workspace.agents), starts, strict=True):
        if start is not None:
            low = instant(MONDAY, start)
            span = low, low + minutes * MINUTES
            stretches = [piece for each in rota.stretches for piece in cut(each, agent, *span)]
            stretches.append(Stretch(agent, *span, name))
            rota = replace(
                rota, stretches=tuple(sorted(stretches, key=lambda each: (each.agent, each.start)))
            )
    return rota


def cut(stretch: Stretch, agent: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    if stretch.agent != agent or stretch.end <= start or end <= stretch.start:
        yield stretch
        return
    if stretch.start < start:
        yield replace(stretch, end=start)
    if end < stretch.end:
        yield replace(stretch, start=end)


@pytest.mark.parametrize(
    ("start", "minutes", "broken"),
    [
        (480, 60, []),
        (930, 60, []),
        (None, 60, ["activity_attended"]),
        (720, 55, ["activity_minutes"]),
        (720, 65, ["activity_minutes"]),
    ],
)
def test_everyone_attends_once_for_all_of_it(start: int | None, minutes: int, broken: list[str]) -> None:
    workspace = attending()
    rota = rota_of(workspace, start, minutes=minutes)
    assert [rule for rule, _ in rules_of(workspace, rota)] == broken


def test_twice_is_once_too_often() -> None:
    workspace = attending()
    once = rota_of(workspace, 480)
    low = instant(MONDAY, 900)
    pieces = [piece for each in once.stretches for piece in cut(each, "a1", low, low + 60 * MINUTES)]
    pieces.append(Stretch("a1", low, low + 60 * MINUTES, "training"))
    twice = replace(once, stretches=tuple(sorted(pieces, key=lambda each: each.start)))
    assert rules_of(workspace, twice) == [("activity_attended", "violation")]


def test_the_window_holds_all_of_it() -> None:
    early = replace(TRAINING, window_end=instant(MONDAY, 600))
    assert rules_of(attending(early), rota_of(attending(early), 540)) == []
    assert rules_of(attending(early), rota_of(attending(early), 545)) == [("activity_window", "violation")]
    late = replace(TRAINING, window_start=instant(MONDAY, 600))
    assert rules_of(attending(late), rota_of(attending(late), 595)) == [("activity_window", "violation")]


def test_who_does_not_take_part_does_not_attend() -> None:
    workspace = attending(replace(TRAINING, site=None, agents=("a2",)), agents=2)
    assert rules_of(workspace, rota_of(workspace, None, 480)) == []
    assert rules_of(workspace, rota_of(workspace, 480, 480)) == [("activity", "violation")]


def test_together_is_at_one_time() -> None:
    workspace = attending(replace(TRAINING, together=True), agents=2)
    assert rules_of(workspace, rota_of(workspace, 480, 480)) == []
    assert rules_of(workspace, rota_of(workspace, 480, 485)) == [("together", "violation")]
    apart = attending(agents=2)
    assert rules_of(apart, rota_of(apart, 480, 485)) == []


def test_who_is_away_in_all_of_the_window_is_excused() -> None:
    low, high = TRAINING.window_start, TRAINING.window_end
    away = attending(time_off=(TimeOff("a1", low, high),))
    assert rules_of(away, Rota((), ())) == []
    back = attending(time_off=(TimeOff("a1", low, high - 5 * MINUTES),))
    assert rules_of(back, Rota((), ())) == [("activity_attended", "violation")]
    gone = attending(agents=[make_agent(first_date=TUESDAY)])  # type: ignore[arg-type]
    assert rules_of(gone, Rota((), ())) == []
    later = replace(TRAINING, window_start=low + timedelta(days=7), window_end=high + timedelta(days=7))
    assert rules_of(attending(later), Rota((), ())) == []


def test_fixed_work_of_the_same_name_is_no_attendance() -> None:
    low = instant(MONDAY, 480)
    workspace = attending(fixed=(FixedWork("a1", low, low + 60 * MINUTES, "training"),))
    assert rules_of(workspace, rota_of(workspace, 480)) == [("activity_attended", "violation")]


@pytest.mark.parametrize(
    ("whom", "names"),
    [
        ({"agents": ("b",)}, {"b"}),
        ({"site": "riga"}, {"a", "b", "c"}),
        ({"team": "red"}, {"a"}),
        ({"skill": "en:*"}, {"c"}),
        ({"skill": "lv:phone"}, {"a", "b"}),
    ],
)
def test_who_takes_part(whom: dict[str, Any], names: set[str]) -> None:
    agents = [make_agent("a", team="red"), make_agent("b"), make_agent("c", skills=(Skill("en", "chat"),))]
    activity = replace(TRAINING, **{"site": None, **whom})
    assert {agent.name for agent in agents if activity.takes_part(agent)} == names
