"""The chain in one call, and its options."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.workspace.read import read_workspace
from scheduler.options import PlanOptions
from scheduler.plan import limits_of, make_plan
from scheduler.progress import ProgressReport
from scheduler.workspace import Workspace
from tests.workspaces import write_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return read_workspace(write_workspace(tmp_path_factory.mktemp("plan") / "workspace"))


def still() -> float:
    return 0.0


def test_limits_come_from_options_then_plan_toml_then_defaults(workspace: Workspace) -> None:
    assert limits_of(workspace, PlanOptions()).time_seconds == 120
    table = replace(workspace.settings, solver={"work_limit": 7, "seed": 3})
    stated = replace(workspace, settings=table)
    limits = limits_of(stated, PlanOptions(seed=5))
    assert (limits.time_seconds, limits.work, limits.seed) == (None, 7, 5)


@pytest.mark.slow
def test_the_report_says_what_was_reached_and_by_what(workspace: Workspace) -> None:
    told: list[ProgressReport] = []
    options = PlanOptions(days=3, work_limit=20, versions={"sunrota": "x"})
    plan = make_plan(workspace, options, clock=still, on_progress=told.append)
    assert plan.checked is not None
    assert plan.checked.lawful
    assert plan.report["versions"] == {"sunrota": "x"}
    assert plan.report["plan"] == {
        "start": "2026-03-02",
        "days": 3,
        "interval_minutes": 30,
        "currency": "GBP",
        "agents": 3,
        "sites": 1,
        "queues": 2,
    }
    stages = list(dict.fromkeys(report.stage for report in told))
    assert stages[:2] == ["forecast", "staff"]
    assert stages[-3:] == ["check", "simulate", "done"]


@pytest.mark.slow
def test_a_plan_says_what_service_to_expect(workspace: Workspace) -> None:
    plan = make_plan(workspace, PlanOptions(days=3), clock=still, should_stop=lambda: True)
    # Who is in a hurry gets a few replications.
    assert plan.simulated is not None
    assert plan.simulated.replications == 10
    service = plan.report["service"]
    assert isinstance(service, dict)
    assert service["simulated"]["live"]["contacts"] > 0


@pytest.mark.slow
def test_pooling_is_simulated_where_asked(workspace: Workspace) -> None:
    asked = replace(workspace, settings=replace(workspace.settings, staffing={"pooling": "simulate"}))
    plan = make_plan(asked, PlanOptions(days=2, work_limit=10), clock=still)
    pooling = plan.report["pooling"]
    assert isinstance(pooling, dict)
    assert len(pooling["rounds"]) == 6
    warnings = plan.report["warnings"]
    assert isinstance(warnings, list)
    assert any(line.startswith("Pooling: in 6 rounds") for line in warnings)
    # What is written, checked and reported is of one requirement: the chosen round's.
    hours = plan.requirement.frame["agents"].sum() * plan.requirement.interval_minutes / 60
    assert pooling["rounds"][pooling["chosen"]]["required_hours"] == pytest.approx(hours, abs=0.01)
    assert plan.checked is not None
    assert plan.checked.lawful
    usual = make_plan(workspace, PlanOptions(days=2, work_limit=1), clock=still)
    assert usual.report["pooling"] is None


@pytest.mark.slow
def test_a_given_requirement_has_no_contacts_to_simulate(workspace: Workspace) -> None:
    requirement = make_plan(workspace, PlanOptions(days=2, work_limit=1), clock=still).requirement
    given = replace(workspace, requirement=requirement)
    plan = make_plan(given, PlanOptions(days=2, work_limit=1), clock=still)
    assert plan.simulated is None
    service = plan.report["service"]
    assert isinstance(service, dict)
    assert service["simulated"] is None


@pytest.mark.slow
def test_a_stop_before_the_search_still_gives_a_lawful_rota(workspace: Workspace) -> None:
    plan = make_plan(workspace, PlanOptions(days=3), clock=still, should_stop=lambda: True)
    assert plan.checked is not None
    assert plan.checked.lawful


@pytest.mark.slow
def test_a_queue_that_nobody_can_serve_is_explained(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write_workspace(
        tmp_path_factory.mktemp("nobody") / "workspace",
        agents=[{"agent": "ann", "site": "london", "contract": "full", "skills": "en:phone"}],
    )
    plan = make_plan(read_workspace(folder), PlanOptions(days=2, work_limit=5), clock=still)
    explanations = plan.report["explanations"]
    assert isinstance(explanations, list)
    assert any("gb/en/email" in line and "no agent has the skill" in line for line in explanations)


@pytest.mark.slow
def test_equal_work_and_seed_give_the_same_rota(workspace: Workspace) -> None:
    options = PlanOptions(days=7, work_limit=30, seed=4)
    first, second = (make_plan(workspace, options, clock=still) for _ in range(2))
    assert first.result.rota == second.result.rota
