"""What the report says in sentences."""

from __future__ import annotations

from dataclasses import replace

from forecasting.queues import Translation
from scheduler.agents import Skill
from scheduler.coverage import measure_coverage
from scheduler.report import shortages
from tests.scheduler.factory import (
    EMAIL,
    MONDAY,
    instant,
    make_agent,
    make_queue,
    make_requirement,
    make_workspace,
)


def test_a_shortage_tells_who_may_translate() -> None:
    email = make_queue(EMAIL, translation=(Translation("en", 0.5),))
    people = [make_agent("a1", skills=(Skill("en", "email"),)), make_agent("a2")]
    workspace = make_workspace(agents=people, queues=[email])
    coverage = measure_coverage(workspace, make_requirement([(EMAIL, instant(MONDAY, 540), 8.0)]), ())
    (sentence,) = shortages(workspace, coverage)
    assert sentence.startswith("lv/lv/email lacks 2.0 of 2.0 agent-hours; one agent has the skill")
    assert sentence.endswith(" 1 more may translate in time that is left over.")
    native = replace(workspace, queues={EMAIL: make_queue(EMAIL)})
    assert "translate" not in shortages(native, coverage)[0]
