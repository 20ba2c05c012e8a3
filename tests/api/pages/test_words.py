"""The summary in a planner's words."""

from __future__ import annotations

from typing import Any

from api.pages.words import summary_tiles
from tests.api.pages.made import finished_plan


def tiles(**changes: Any) -> dict[str, tuple[str, str, str]]:
    report = finished_plan(**changes).report
    return {tile.name: (tile.value, tile.meaning, tile.tone) for tile in summary_tiles(report)}


def test_unknown_stays_unknown() -> None:
    assert tiles(gap=None)["Proof"][0] == "not proven"


def test_nothing_better_is_possible() -> None:
    assert tiles(gap={"objective": 0.0, "of_required": 0.0})["Proof"][0] == "best possible"


def test_a_broken_rule_is_bad_news() -> None:
    value, meaning, tone = tiles(check={"violations": 2, "reported": 1, "details": []})["Rule check"]
    assert (value, tone) == ("2 ✗", "bad")
    assert "1 caused by fixed work" in meaning


def test_costs_begin_with_the_plans_own_currency() -> None:
    value, meaning, _ = tiles(cost={"INR": 900000.0, "EUR": 1234.4, "PHP": 5.0})["Cost"]
    assert (value, meaning) == (
        "1,234\N{NO-BREAK SPACE}EUR",
        "and 900,000\N{NO-BREAK SPACE}INR, 5\N{NO-BREAK SPACE}PHP",
    )


def test_a_little_shortage_is_not_full_cover() -> None:
    coverage = {
        "required_hours": 10000.0,
        "scheduled_hours": 1.0,
        "short_hours": 0.2,
        "covered_share": 0.99998,
        "edge_short_hours": 3.0,
    }
    found = tiles(coverage=coverage)
    assert found["Covered"][0] == "99.9\N{NO-BREAK SPACE}%"
    assert found["Short"][:2] == (
        "0.2 h",
        "agent-hours that nobody covers; 3 h more lie outside the plan’s shifts",
    )


def simulated(live: float | None, deferred: float | None) -> dict[str, Any]:
    levels = {"live": live, "deferred": deferred}
    return {"simulated": {kind: {"service_level": {"mean": mean}} for kind, mean in levels.items()}}


def test_expected_service_is_a_tile() -> None:
    assert tiles(service=simulated(0.9431, 0.99))["In time"][:2] == (
        "94.3\N{NO-BREAK SPACE}%",
        "of live contacts, as simulated; of deferred ones 99\N{NO-BREAK SPACE}%",
    )
    assert tiles(service=simulated(None, 0.99))["In time"][0] == "99\N{NO-BREAK SPACE}%"
    for nothing in (simulated(None, None), {"simulated": None}):
        assert "In time" not in tiles(service=nothing)
