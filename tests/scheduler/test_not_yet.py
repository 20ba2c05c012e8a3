"""Every feature that a workspace states and the plan does not heed is named; a plain one names none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from api.workspace.read import read_workspace
from scheduler.not_yet import features_not_in_effect
from tests.workspaces import PLAN, minimal_tables, write_workspace

SITE = {"site": "london", "time_zone": "Europe/London", "country": "GB"}
PHONE = {"region": "gb", "language": "en", "channel": "phone"}
EMAIL = {"region": "gb", "language": "en", "channel": "email"}


def test_a_plain_workspace_needs_no_warning(tmp_path: Path) -> None:
    assert features_not_in_effect(read_workspace(write_workspace(tmp_path))) == ()


def test_rules_across_agents_are_in_effect(tmp_path: Path) -> None:
    presence = [{"site": "london", "from": "08:00", "to": "20:00", "min": 1}]
    activity = {
        "name": "training",
        "minutes": 60,
        "site": "london",
        "window_start": "2026-03-02T08:00:00Z",
        "window_end": "2026-03-06T18:00:00Z",
    }
    folder = write_workspace(tmp_path, sites=[{**SITE, "seats": 3}], presence=presence, activities=[activity])
    assert features_not_in_effect(read_workspace(folder)) == ()


def test_rule_packs_are_in_effect(tmp_path: Path) -> None:
    rows = [{"pack": "own", "rule": "max_week_minutes", "value": "2400"}]
    folder = write_workspace(tmp_path, sites=[{**SITE, "rules": "own"}], rules=rows)
    assert features_not_in_effect(read_workspace(folder)) == ()


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            {
                "sites": [{**SITE, "currency": "INR"}],
                "agents": [{**minimal_tables()["agents"][0], "hourly_cost": 300}],
            },
            "Costs in INR",
        ),
        ({"sites": [{**SITE, "subdivision": "LND"}]}, r"sites\.csv row 2: .*LND"),
    ],
)
def test_each_feature_is_named(tmp_path: Path, tables: dict[str, Any], said: str) -> None:
    workspace = read_workspace(write_workspace(tmp_path, **tables))
    (sentence,) = features_not_in_effect(workspace)
    assert re.search(said, sentence)


def test_a_currency_with_a_rate_is_in_effect(tmp_path: Path) -> None:
    agents = [{**minimal_tables()["agents"][0], "hourly_cost": 300}]
    plan = PLAN + "[rates]\nINR = 0.01\n"
    folder = write_workspace(tmp_path, plan=plan, sites=[{**SITE, "currency": "INR"}], agents=agents)
    assert features_not_in_effect(read_workspace(folder)) == ()
