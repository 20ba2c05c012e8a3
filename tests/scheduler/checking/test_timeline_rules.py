"""Every rule of the timeline has a small change of a good one that breaks that rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from forecasting.queues import QueueKey
from scheduler.agents import Skill
from scheduler.rota import Rota, Stretch
from tests.scheduler.checking.rule_cases import (
    MINUTES,
    rules_of,
    worked,
    workspace_of,
)
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    fill,
    make_queue,
    make_shift,
)

Timeline = Callable[[tuple[Stretch, ...]], list[Stretch]]
ENGLISH = QueueKey("lv", "en", "phone")


def cut(stretches: tuple[Stretch, ...], minutes: int) -> list[Stretch]:
    first = stretches[0]
    moment = first.start + minutes * MINUTES
    return [replace(first, end=moment), replace(first, start=moment), *stretches[1:]]


CHANGED_TIMELINE: list[tuple[str, Timeline]] = [
    ("timeline", lambda tiles: [replace(tiles[0], end=tiles[0].end - 5 * MINUTES), *tiles[1:]]),
    ("timeline", lambda tiles: [replace(tiles[0], end=tiles[0].end + 5 * MINUTES), *tiles[1:]]),
    ("timeline", lambda tiles: [replace(tiles[0], start=tiles[0].start + 5 * MINUTES), *tiles[1:]]),
    ("timeline", lambda tiles: [*tiles[:2]]),
    ("timeline", lambda tiles: [tiles[0], *tiles]),
    (
        "outside_shift",
        lambda tiles: [*tiles, replace(tiles[0], start=tiles[-1].end, end=tiles[-1].end + 5 * MINUTES)],
    ),
    ("timeline_breaks", lambda tiles: [tiles[0], replace(tiles[1], activity="idle"), tiles[2]]),
    (
        "timeline_breaks",
        lambda tiles: [
            *cut(tiles, 30)[:1],
            replace(cut(tiles, 30)[1], activity="break", queue=None),
            *tiles[1:],
        ],
    ),
    ("activity", lambda tiles: [replace(tiles[0], activity="juggling", queue=None), *tiles[1:]]),
    ("queue", lambda tiles: [replace(tiles[0], queue=None), *tiles[1:]]),
    ("queue", lambda tiles: [replace(tiles[0], queue=QueueKey("lv", "xx", "phone")), *tiles[1:]]),
    ("queue", lambda tiles: [tiles[0], replace(tiles[1], queue=PHONE), tiles[2]]),
    ("skill", lambda tiles: [replace(tiles[0], queue=ENGLISH), *tiles[1:]]),
    ("skill", lambda tiles: [replace(tiles[0], translated=True), *tiles[1:]]),
    ("five_minutes", lambda tiles: cut(tiles, 62)),
]


@pytest.mark.parametrize(("rule", "change"), CHANGED_TIMELINE)
def test_a_changed_timeline_breaks_one_rule(rule: str, change: Timeline) -> None:
    workspace = workspace_of(queues=[make_queue(), make_queue(ENGLISH)])
    shift = make_shift(workspace)
    assert rules_of(workspace, Rota((shift,), tuple(cut(fill(shift), 60)))) == []
    assert rules_of(workspace, Rota((shift,), tuple(change(fill(shift))))) == [(rule, "violation")]


def test_speed_is_a_skill_only_above_zero() -> None:
    workspace = workspace_of(agent={"skills": (Skill("lv", "phone", 0.0),)})
    assert set(rules_of(workspace, worked(workspace, MONDAY))) == {("skill", "violation")}
