"""The sample workspaces are what their scripts make, small, and sound."""

from __future__ import annotations

import csv
import doctest
import json
import tomllib
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from api.workspace.needs import Need
from api.workspace.read import read_workspace
from forecasting.hours import parse_hours, parse_weekdays
from forecasting.languages import canonical_language
from forecasting.timegrid import parse_instant, zone
from sample_data import make_global_support, make_phone_month
from sample_data.generator.people import agent_rows
from sample_data.make_phone_month import break_rule, convert, name_templates, template
from scheduler.shifts import parse_breaks

SAMPLES = Path(make_global_support.__file__).resolve().parent
WORKSPACES = ("global_support", "global_support_tickets", "phone_month")


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name: str) -> list[dict[str, str]]:
    """Return a table of the large workspace."""
    return read(SAMPLES / "global_support" / name)


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_workspaces_are_small_and_documented(workspace: str) -> None:
    files = [path for path in (SAMPLES / workspace).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 5_000_000
    readme = (SAMPLES / workspace / "README.md").read_text(encoding="utf-8")
    for path in files:
        if path.name not in ("README.md", "LICENSE"):
            assert f"`{path.name}`" in readme


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_workspaces_state_a_horizon(workspace: str) -> None:
    plan = tomllib.loads((SAMPLES / workspace / "plan.toml").read_text(encoding="utf-8"))
    assert isinstance(plan["start"], date)
    assert plan["days"] >= 14
    assert plan["interval_minutes"] in (15, 30, 60)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workspace", "need", "agents", "queues"),
    [
        ("global_support", Need.PLAN, 156, 33),
        ("global_support_tickets", Need.FORECAST, 0, 3),
        ("phone_month", Need.PLAN, 475, 1),
    ],
)
def test_workspaces_keep_the_data_contract(workspace: str, need: Need, agents: int, queues: int) -> None:
    read = read_workspace(SAMPLES / workspace, need)
    assert (len(read.agents), len(read.queues)) == (agents, queues)
    assert read.history is not None
    assert read.history.queues == sorted(read.queues)


@pytest.mark.slow
def test_the_seed_makes_the_committed_bytes(tmp_path: Path) -> None:
    make_global_support.make(tmp_path, make_global_support.SEED)
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert {path.parent.name for path in made} == {"global_support", "global_support_tickets"}
    for path in made:
        committed = SAMPLES / path.relative_to(tmp_path)
        if path.suffix == ".parquet" and _writer(path) != _writer(committed):
            # Another pyarrow signs and packs the same table in its own way.
            pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(committed))
        else:
            assert path.read_bytes() == committed.read_bytes(), path.name


def _writer(path: Path) -> str:
    return str(pq.read_metadata(path).created_by)


def test_another_seed_makes_other_agents() -> None:
    assert agent_rows(1) == agent_rows(1)
    assert agent_rows(1) != agent_rows(2)


def test_references_hold() -> None:
    regions, sites = ({row[key] for row in table(f"{key}s.csv")} for key in ("region", "site"))
    contracts = {row["contract"]: row for row in table("contracts.csv")}
    shifts = {row["shift"] for row in table("shifts.csv")}
    agents = {row["agent"]: row for row in table("agents.csv")}
    assert len(agents) == len(table("agents.csv"))
    for row in table("queues.csv"):
        assert row["region"] in regions
        assert canonical_language(row["language"]) == row["language"]
        parse_hours(row["hours"])
    for row in contracts.values():
        assert set(row["shifts"].split(";")) <= shifts
    for row in agents.values():
        assert row["site"] in sites
        assert row["contract"] in contracts
        assert set(filter(None, row["regions"].split(";"))) <= regions
    for name in ("availability.csv", "time_off.csv", "wishes.csv", "fixed.csv", "history.csv"):
        assert {row["agent"] for row in table(name)} <= set(agents), name
    for row in table("shifts.csv"):
        parse_breaks(row["breaks"])
        assert not row["weekdays"] or parse_weekdays(row["weekdays"])
    for row in (*table("regions.csv"), *table("sites.csv")):
        zone(row["time_zone"])


def test_availability_is_for_those_whose_shifts_fit_it() -> None:
    contract_of = {row["agent"]: row["contract"] for row in table("agents.csv")}
    with_weekdays = {row["agent"] for row in table("availability.csv") if row["weekday"]}
    assert {contract_of[agent] for agent in with_weekdays} == {"part_time_20", "part_time_30", "nights"}


def test_nobody_with_fixed_work_is_off() -> None:
    off = [row["agent"] for row in table("time_off.csv")]
    assert len(off) == len(set(off))
    assert not {row["agent"] for row in table("fixed.csv")} & set(off)


def test_every_queue_has_at_least_five_who_can_serve_it() -> None:
    able: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    queues = [(row["region"], row["language"], row["channel"]) for row in table("queues.csv")]
    for row in table("agents.csv"):
        skills = {skill.partition("@")[0] for skill in row["skills"].split(";")}
        for key in queues:
            allowed = not row["regions"] or key[0] in row["regions"].split(";")
            if allowed and skills & {f"{key[1]}:{key[2]}", f"{key[1]}:*"}:
                able[key].add(row["agent"])
    assert {key for key in queues if len(able[key]) < 5} == set()
    assert {key[1] for key in queues} == {"en", "es-419", "pt-BR", "lv", "pl", "el", "az", "hi", "ta", "fil"}


def test_history_keeps_the_contracts() -> None:
    contract_of = {row["agent"]: row["contract"] for row in table("agents.csv")}
    contracts = {row["contract"]: row for row in table("contracts.csv")}
    unpaid = {"short": 0, "six_hours": 20}
    worked: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in table("history.csv"):
        worked[row["agent"]].append(row)
    for agent, rows in worked.items():
        contract = contracts[contract_of[agent]]
        weeks: dict[date, int] = defaultdict(int)
        for row in rows:
            day = date.fromisoformat(row["date"])
            weeks[day - timedelta(days=day.weekday())] += int(row["worked_minutes"])
            assert row["shift"] in contract["shifts"].split(";")
        assert max(weeks.values()) <= int(contract["max_week_minutes"])
        for before, after in pairwise(rows):
            length = timedelta(minutes=int(after["worked_minutes"]) + unpaid.get(after["shift"], 30))
            rest = parse_instant(after["end"]) - length - parse_instant(before["end"])
            assert rest >= timedelta(hours=11), (agent, after["date"])


def test_contacts_have_no_rows_where_nothing_was_recorded() -> None:
    frame = pd.read_parquet(SAMPLES / "global_support" / "contacts.parquet")
    assert str(frame["interval_start"].dt.tz) == "UTC"
    assert not frame.duplicated(["region", "language", "channel", "interval_start"]).any()
    assert frame.loc[frame["contacts"] == 0, "aht_seconds"].isna().all()
    chat = frame[(frame["region"] == "brazil") & (frame["channel"] == "chat")].set_index("interval_start")
    assert chat.loc["2025-11-08 03:00":"2025-11-09 02:30"].empty
    assert len(chat.loc["2025-11-10 03:00":"2025-11-11 02:30"]) == 28


ACTIVITIES: dict[str, dict[str, Any]] = {
    "tea": {"duration": "00:15", "timeStart": "01:00", "timeEndStart": "04:00", "isPaid": True},
    "meal": {"duration": "00:30", "timeStart": "03:00", "timeEndStart": "05:30", "isPaid": False},
}


def source_shift(*activities: str, start: str = "06:00") -> dict[str, Any]:
    """Return a shift as the source writes it."""
    return {
        "id": "-".join(activities),
        "duration": "09:00",
        "stepTime": "00:15",
        "scheduleTimeStart": start,
        "scheduleTimeEndStart": "21:45",
        "minIntervalBetweenActivities": "01:30",
        "maxIntervalBetweenActivities": "03:30",
        "activities": list(activities),
    }


def test_a_latest_start_becomes_a_latest_end() -> None:
    assert break_rule(ACTIVITIES["meal"]) == "unpaid 30 after 180 before 360"
    (rule,) = parse_breaks(break_rule(ACTIVITIES["tea"]))
    assert (rule.minutes, rule.paid, rule.after, rule.latest_start(540)) == (15, True, 60, 240)


def test_equal_shifts_are_merged_and_others_are_not() -> None:
    first = template(source_shift("tea", "meal"), ACTIVITIES)
    same = template(source_shift("meal", "tea"), ACTIVITIES)
    other = template(source_shift("meal"), ACTIVITIES)
    night = template(source_shift("meal", start="21:00"), ACTIVITIES)
    assert name_templates([first, same, other, night]) == {
        first: "day_9h",
        other: "day_9h_2",
        night: "night_9h",
    }


def test_a_month_is_converted_into_a_workspace(tmp_path: Path) -> None:
    every_day = list(range(1, 32))
    meta = {
        "campainUtc": 3,
        "activities": [{"id": key, **value} for key, value in ACTIVITIES.items()],
        "shifts": [{**source_shift("meal", "tea"), "id": "s"}],
        "schemas": [
            {
                "id": "k",
                "holidays": {"minDaysInRow": 1, "maxDaysInRow": 3, "days": every_day},
                "shifts": [{"shiftId": "s", "minDaysInRow": 1, "maxDaysInRow": 5, "days": every_day}],
            }
        ],
        "employees": [
            {"id": "a", "utc": 7, "minWorkingHours": 176, "maxWorkingHours": 176, "schemas": ["k"]},
        ],
    }
    (tmp_path / make_phone_month.META_FILE).write_text(json.dumps(meta), encoding="utf-8")
    lines = [
        "tc,call_volume,aht,service_level,art",
        "2024-03-01 00:00:00.000,15,413.8666666666667,80,30",
        "2024-03-31 23:45:00.000,4,363.5,80,30",
    ]
    (tmp_path / make_phone_month.DATA_FILE).write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    convert(tmp_path, out)

    contacts = read(out / "contacts.csv")
    assert [row["interval_start"] for row in contacts] == ["2024-02-29T21:00:00Z", "2024-03-31T20:45:00Z"]
    assert [row["aht_seconds"] for row in contacts] == ["413.867", "363.5"]
    assert tomllib.loads((out / "plan.toml").read_text(encoding="utf-8"))["start"] == date(2024, 4, 1)
    (queue,) = read(out / "queues.csv")
    assert (queue["service_level"], queue["answer_within_seconds"]) == ("0.8", "30")
    (shift,) = read(out / "shifts.csv")
    assert shift["breaks"] == "paid 15 after 60 before 255; unpaid 30 after 180 before 360"
    (contract,) = read(out / "contracts.csv")
    assert (contract["min_plan_minutes"], contract["max_plan_minutes"]) == ("10560", "10560")
    assert (contract["max_days_running"], contract["max_days_off_running"]) == ("5", "3")
    (agent,) = read(out / "agents.csv")
    assert (agent["agent"], agent["site"], agent["skills"]) == ("p001", "novosibirsk", "ru:phone")


def test_the_committed_month_is_whole() -> None:
    month = SAMPLES / "phone_month"
    contacts = read(month / "contacts.csv")
    assert len(contacts) == 31 * 96
    starts = [parse_instant(row["interval_start"]) for row in contacts]
    assert {after - before for before, after in pairwise(starts)} == {timedelta(minutes=15)}
    assert len(read(month / "agents.csv")) == 475
    assert {row["shift"] for row in read(month / "shifts.csv")} == {
        "day_9h",
        "day_12h",
        "night_9h",
        "night_12h",
    }
    assert "MIT License" in (month / "LICENSE").read_text(encoding="utf-8")


def test_examples_in_the_conversion_are_true() -> None:
    results = doctest.testmod(make_phone_month)
    assert results.attempted > 0
    assert results.failed == 0
