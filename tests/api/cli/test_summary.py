"""What a planner reads after a plan was made."""

from __future__ import annotations

from typing import Any

import pytest

from api.cli.output import Output
from api.cli.summary import print_plan
from tests.api.pages.made import finished_plan


def printed(capsys: pytest.CaptureFixture[str], cost: dict[str, float], **plan: Any) -> str:
    report = dict(finished_plan(cost=cost).report)
    more = {"changes": None, "service": {"simulated": None}, "seed": 7}
    print_plan(report | more | {"plan": report["plan"] | plan}, Output(as_json=False))
    return capsys.readouterr().out


def test_one_and_many_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, {}, days=1, agents=1, sites=1, queues=1)
    assert "Plan of 1 day from 2026-03-29: 1 agent at 1 site, 1 queue, every 30 minutes" in said
    said = printed(capsys, {}, days=28, agents=1200, sites=2, queues=3)
    assert "Plan of 28 days from 2026-03-29: 1,200 agents at 2 sites, 3 queues" in said


def test_what_costs_nothing_for_want_of_prices_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Cost       70 EUR\n" in printed(capsys, {"EUR": 70.0, "INR": 0.0})
    assert "Cost" not in printed(capsys, {"EUR": 0.0})
