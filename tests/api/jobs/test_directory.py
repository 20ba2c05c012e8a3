"""What the directory says, in a workspace: dates of employment around the world, people added."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.jobs.directory import AGENT_SCHEMA, with_people
from api.store.people_tables import PersonRow
from scheduler.agents import Skill
from scheduler.workspace import Workspace
from tests.scheduler.factory import RIGA, make_workspace


def person(agent: str, left: datetime | None = None, **told: Any) -> PersonRow:
    return PersonRow(agent=agent, left=left, document={AGENT_SCHEMA: told} if told else {})


def only_agent(workspace: Workspace) -> Any:
    (agent,) = workspace.agents.values()
    return agent


@pytest.mark.parametrize(
    ("zone", "hour", "last"),
    [
        ("Pacific/Kiritimati", 10, date(2026, 3, 29)),
        ("Pacific/Kiritimati", 0, date(2026, 3, 28)),
        ("Pacific/Pago_Pago", 0, date(2026, 3, 27)),
        ("Asia/Kathmandu", 0, date(2026, 3, 28)),
        ("Australia/Lord_Howe", 13, date(2026, 3, 29)),
        ("Europe/Riga", 0, date(2026, 3, 28)),
        ("America/St_Johns", 0, date(2026, 3, 27)),
    ],
)
def test_who_left_works_until_the_day_before_there(zone: str, hour: int, last: date) -> None:
    """On the day on which Europe's clocks change."""
    workspace = make_workspace(sites=[replace(RIGA, time_zone=zone)])
    left = datetime(2026, 3, 29, hour, 30, tzinfo=UTC)
    after = with_people(workspace, [person(only_agent(workspace).name, left)])
    assert only_agent(after).last_date == last


def test_the_tighter_dates_hold() -> None:
    workspace = make_workspace()
    name = only_agent(workspace).name
    narrowed = with_people(workspace, [person(name, firstDate="2026-03-24", lastDate="2026-03-26")])
    agent = only_agent(narrowed)
    assert (agent.first_date, agent.last_date) == (date(2026, 3, 24), date(2026, 3, 26))
    assert narrowed.notes == (f"By the directory {name} works until 2026-03-26 at the latest.",)
    wider = with_people(narrowed, [person(name, firstDate="2020-01-01", lastDate="2030-01-01")])
    assert only_agent(wider) == agent
    gone = with_people(narrowed, [person(name, datetime(2026, 3, 1, 12, tzinfo=UTC))])
    assert only_agent(gone).last_date == date(2026, 2, 28)
    assert only_agent(gone).first_date > only_agent(gone).last_date


def test_people_whom_only_the_directory_knows_are_added() -> None:
    workspace = make_workspace()
    known = only_agent(workspace)
    told = {"site": known.site, "contract": known.contract, "skills": "en:phone;lv:*@0.5", "team": "Owls"}
    both = with_people(
        workspace,
        [
            person("new", **told),
            person("gone", datetime(2026, 1, 1, tzinfo=UTC), **told),
            person("elsewhere", **(told | {"site": "Mars"})),
            person("unready", site=known.site),
            person("odd", **(told | {"contract": "none such"})),
            person("silent"),
        ],
    )
    assert set(both.agents) == {known.name, "new"}
    new = both.agents["new"]
    assert (new.site, new.team, new.skills) == (
        known.site,
        "Owls",
        (Skill("en", "phone"), Skill("lv", "*", 0.5)),
    )
    assert both.notes == (
        "new is planned as the directory has them: not in agents.csv.",
        f"The directory has unready at {known.site}, but no contract and skills: left out.",
        f"The directory has odd at {known.site}, but no contract none such in the workspace: left out.",
    )
