"""Each default of the data contract: of a column left out, and of a blank cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.workspace.read import Need, read_workspace
from api.workspace.tables.catalogue import TABLES
from forecasting.hours import ALWAYS_OPEN
from forecasting.queues import ChannelKind, QueueKey
from scheduler.settings import Weights
from scheduler.shifts import EVERY_DAY
from scheduler.workspace import Workspace
from tests.api.workspace.loading import short_contacts
from tests.workspaces import Rows, minimal_tables, write_workspace

CHANNELS = {
    "phone": None,
    "chat": None,
    "email": None,
    "social": None,
    "fax": "deferred",
    "video": "live",
}
MONDAY = "2026-03-02"


def bare_tables() -> dict[str, Rows]:
    """Return a row or more in every table, with required columns only."""
    queues = [
        {"region": "gb", "language": "en", "channel": channel, **({"kind": kind} if kind else {})}
        for channel, kind in CHANNELS.items()
    ]
    shifts = [{k: v for k, v in row.items() if k != "breaks"} for row in minimal_tables()["shifts"]]
    window = {"window_start": "2026-03-02T08:00:00Z", "window_end": "2026-03-06T18:00:00Z"}
    return {
        "regions": [{"region": "gb", "time_zone": "Europe/London"}],
        "queues": queues,
        "sites": [{"site": "london", "time_zone": "Europe/London"}],
        "shifts": shifts,
        "events": [{"start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z", "factor": 1.5}],
        "overrides": [{"start": "2026-03-03", "end": "2026-03-04", "factor": 1.5, "reason": "fair"}],
        "availability": [{"agent": "ann", "weekday": "mon", "from": "08:00", "to": "18:00"}],
        "time_off": [{"agent": "ann", "start": "2026-03-05", "end": "2026-03-06"}],
        "leave_balances": [{"agent": "ann", "year": "2026", "days": "25"}],
        "wishes": [{"agent": "ann", "date": "2026-03-04", "wish": "work"}],
        "fixed": [
            {
                "agent": "ann",
                "start": "2026-03-03T09:00:00Z",
                "end": "2026-03-03T10:00:00Z",
                "activity": "meeting",
            }
        ],
        "activities": [{"name": "training", "minutes": 60, "site": "london", **window}],
        "presence": [{"site": "london", "from": "08:00", "to": "20:00", "min": 1}],
        "history": [{"agent": "ann", "date": "2026-02-27"}],
        "rules": [{"pack": "own", "rule": "max_week_minutes", "value": "2400"}],
        "requirement": [
            {
                "interval_start": "2026-03-02T09:00:00Z",
                "region": "gb",
                "language": "en",
                "channel": "phone",
                "agents": 2,
            }
        ],
        "contacts": [
            {k: v for k, v in row.items() if k != "aht_seconds"} | {"channel": row["channel"]}
            for row in short_contacts()
        ],
    }


def read_bare(folder: Path, *, blank: bool) -> Workspace:
    tables = bare_tables()
    if blank:
        # The same, every optional column there and blank.
        every = {**minimal_tables(), **tables}
        tables = {
            name: [{column.name: row.get(column.name, "") for column in TABLES[name].columns} for row in rows]
            for name, rows in every.items()
        }
    plan = f"start = {MONDAY}\ndays = 14\n"
    return read_workspace(write_workspace(folder, plan=plan, **tables), Need.PLAN)


@pytest.fixture(scope="module", params=[False, True], ids=["left out", "blank"])
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return read_bare(tmp_path_factory.mktemp("bare"), blank=request.param)


def only(items: Any) -> Any:
    (item,) = items
    return item


def test_plan(workspace: Workspace) -> None:
    settings = workspace.settings
    assert (settings.start, settings.days) == (date(2026, 3, 2), 14)
    assert (settings.interval_minutes, settings.currency) == (15, "EUR")
    assert settings.weights == Weights(0.001, 0.25, 0.05, 0.1, 0.5, 0.1, 0.5, 0.0)
    assert settings.rates == settings.forecast == settings.staffing == settings.solver == {}


def test_regions_and_sites(workspace: Workspace) -> None:
    region, site = workspace.regions["gb"], workspace.sites["london"]
    assert (region.country, region.subdivision, site.country, site.subdivision) == (None,) * 4
    assert (site.rules, site.currency, site.seats) == ("none", None, None)
    assert (site.hours, site.shrinkage) == (ALWAYS_OPEN, 0.0)


@pytest.mark.parametrize(
    ("channel", "kind", "answer_within_seconds", "concurrency"),
    [
        ("phone", ChannelKind.LIVE, 20, 1),
        ("chat", ChannelKind.LIVE, 60, 2),
        ("email", ChannelKind.DEFERRED, 20, 1),
        ("social", ChannelKind.DEFERRED, 20, 1),
        ("fax", ChannelKind.DEFERRED, 20, 1),
        ("video", ChannelKind.LIVE, 20, 1),
    ],
)
def test_queues(
    workspace: Workspace, channel: str, kind: ChannelKind, answer_within_seconds: float, concurrency: int
) -> None:
    queue = workspace.queues[QueueKey("gb", "en", channel)]
    assert queue.kind is kind
    assert (queue.answer_within_seconds, queue.concurrency) == (answer_within_seconds, concurrency)
    assert (queue.service_level, queue.respond_within_minutes, queue.max_occupancy) == (0.8, 240, 0.9)
    assert (queue.aht_seconds, queue.patience_seconds) == (None, None)
    assert (queue.deflection, queue.repeat_rate, queue.min_agents) == (0, 0, 0)
    assert (queue.hours, queue.priority, queue.translation) == (ALWAYS_OPEN, 1.0, ())


def test_contracts(workspace: Workspace) -> None:
    contract = workspace.contracts["full"]
    assert (contract.min_week_minutes, contract.max_days_a_week) == (0, 5)
    assert (contract.days_off_running, contract.min_rest_minutes) == (1, 660)
    unlimited = (
        contract.min_plan_minutes,
        contract.max_plan_minutes,
        contract.max_days_running,
        contract.min_days_running,
        contract.max_days_off_running,
        contract.max_nights,
        contract.weekends_off,
        contract.start_tolerance_minutes,
    )
    assert unlimited == (None,) * 8
    assert contract.forbidden_next == ()


def test_shifts(workspace: Workspace) -> None:
    shift = workspace.shifts["day"]
    assert (shift.start_every_minutes, shift.length_step_minutes) == (30, 30)
    assert (shift.breaks, shift.weekdays) == ((), EVERY_DAY)
    assert (shift.min_break_gap_minutes, shift.max_break_gap_minutes) == (None, None)


def test_agents(workspace: Workspace) -> None:
    agent = workspace.agents["bob"]
    assert (agent.display_name, agent.email, agent.team, agent.regions) == (None,) * 4
    assert (agent.hourly_cost, agent.wish_factor) == (0.0, 1.0)
    assert (agent.first_date, agent.last_date) == (None, None)
    assert only(agent.skills).speed == 1.0


def test_days_of_agents(workspace: Workspace) -> None:
    absence, wish, fixed = only(workspace.time_off), only(workspace.wishes), only(workspace.fixed)
    assert (absence.kind, absence.paid) == ("leave", True)
    assert wish.weight == 1.0
    assert (fixed.shift, fixed.breaks, fixed.paid_minutes) == (None, (), None)
    worked = only(workspace.worked)
    assert (worked.worked_minutes, worked.end, worked.shift, worked.night, worked.weekend) == (
        0,
        None,
        None,
        None,
        None,
    )


def test_rules_across_agents(workspace: Workspace) -> None:
    activity, presence, rule = only(workspace.activities), only(workspace.presence), only(workspace.rules)
    assert (activity.agents, activity.team, activity.skill, activity.together) == ((), None, None, False)
    assert (presence.weekdays, presence.most, presence.zone) == (EVERY_DAY, None, "Europe/London")
    assert (rule.first_date, rule.last_date, rule.source) == (None, None, None)


def test_events_and_long_tables(workspace: Workspace) -> None:
    event = only(workspace.events)
    assert (event.region, event.language, event.channel, event.name) == (None,) * 4
    override = only(workspace.overrides)
    assert (override.contacts, override.language, override.channel) == (None,) * 3
    assert set(override.windows) == {"gb"}
    assert workspace.history is not None
    assert workspace.history.frame["aht_seconds"].isna().all()
    assert workspace.requirement is not None
    row = only(workspace.requirement.frame.itertuples())
    assert (row.agents, row.weight) == (2.0, 1.0)
    assert workspace.requirement.frame[["load_erlangs", "service_level"]].isna().all(axis=None)
