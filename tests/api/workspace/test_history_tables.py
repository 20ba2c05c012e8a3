"""Contacts at their own interval, tickets counted, requirements on the plan's grid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from api.workspace.read import Need, read_workspace
from forecasting.queues import QueueKey
from forecasting.tables import ContactHistory
from forecasting.timegrid import day_bounds
from tests.api.workspace.loading import faults_of, short_contacts
from tests.workspaces import PLAN, Rows, contacts_table, minimal_tables, write_workspace

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
PHONE = ("gb", "en", "phone")


def history_of(folder: Path, contacts: Rows, plan: str = PLAN) -> ContactHistory:
    workspace = read_workspace(write_workspace(folder, plan=plan, contacts=contacts))
    assert workspace.history is not None
    return workspace.history


@pytest.mark.parametrize("minutes", [5, 15, 30, 60])
def test_the_interval_is_found_in_the_instants(tmp_path: Path, minutes: int) -> None:
    history = history_of(tmp_path, contacts_table(MONDAY, 2, interval_minutes=minutes))
    assert history.interval_minutes == minutes
    assert len(history.frame) == 2 * 2 * 1440 // minutes


def test_missing_rows_stay_missing_and_zeros_stay(tmp_path: Path) -> None:
    contacts = [row for row in short_contacts() if "T03" not in str(row["interval_start"])]
    frame = history_of(tmp_path, contacts).of(QueueKey(*PHONE))
    assert len(frame) == 46
    assert (frame["contacts"] == 0).sum() == 8


def test_rows_come_sorted_and_an_aht_of_zero_is_not_recorded(tmp_path: Path) -> None:
    contacts = short_contacts()
    contacts[0]["aht_seconds"] = 0
    frame = history_of(tmp_path, contacts[::-1]).frame
    assert frame.equals(frame.sort_values(["region", "language", "channel", "interval_start"]))
    assert np.isnan(frame[frame["channel"] == "phone"]["aht_seconds"].iloc[0])


def test_offsets_are_instants(tmp_path: Path) -> None:
    contacts = [
        {**row, "interval_start": str(row["interval_start"]).replace("T00:00:00Z", "T05:30:00+05:30")}
        for row in short_contacts()
    ]
    assert history_of(tmp_path, contacts).frame["interval_start"].iloc[0] == pd.Timestamp(MONDAY)


def test_a_queue_recorded_less_often_than_the_others_is_refused(tmp_path: Path) -> None:
    quarter_hours = contacts_table(MONDAY, 2, interval_minutes=15, queues=[PHONE])
    hours = contacts_table(MONDAY, 2, queues=[("gb", "en", "email")])
    (fault,) = faults_of(tmp_path, {"contacts": [*quarter_hours, *hours]})
    assert (fault.row, fault.column, fault.code) == (2 + 192, "interval_start", "off_interval")
    assert "gb/en/email must have a row for every 15 minutes" in fault.rule
    assert "60 minutes apart" in fault.rule


def test_hours_of_a_half_hour_zone_lie_on_its_clock(tmp_path: Path) -> None:
    regions = [*minimal_tables()["regions"], {"region": "in", "time_zone": "Asia/Kolkata"}]
    queues = [*minimal_tables()["queues"], {"region": "in", "language": "hi", "channel": "phone"}]
    # They begin half an hour after the last row of the queues before them.
    indian = contacts_table(MONDAY + timedelta(hours=47.5), 2, queues=[("in", "hi", "phone")])
    contacts = [*short_contacts(), *indian]
    folder = write_workspace(tmp_path, regions=regions, queues=queues, contacts=contacts)
    history = read_workspace(folder).history
    assert history is not None
    assert (history.interval_minutes, len(history.frame)) == (60, 3 * 48)
    # The same hours are off the clock of London.
    british = contacts_table(MONDAY + timedelta(minutes=30), 1, queues=[PHONE])[:3]
    faults = faults_of(tmp_path / "off", {"contacts": [*short_contacts()[1::2], *british]})
    assert [fault.row for fault in faults] == [50, 51, 52]


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("Europe/London", date(2026, 3, 20), 20),
        ("Europe/London", date(2025, 10, 20), 20),
        ("Asia/Kathmandu", date(2026, 1, 5), 30),
        ("Australia/Lord_Howe", date(2026, 3, 25), 20),
        ("Pacific/Kiritimati", date(2026, 1, 5), 30),
        ("America/New_York", date(2026, 3, 7), 2),
    ],
)
def test_days_begin_at_the_regions_midnight(tmp_path: Path, zone: str, first: date, days: int) -> None:
    starts = [day_bounds(zone, first + timedelta(days=step))[0] for step in range(days)]
    contacts = [
        {"interval_start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "contacts": 9}
        | dict(zip(("region", "language", "channel"), PHONE, strict=True))
        for start in starts
    ]
    folder = write_workspace(tmp_path, regions=[{"region": "gb", "time_zone": zone}], contacts=contacts)
    history = read_workspace(folder).history
    assert history is not None
    assert (history.interval_minutes, len(history.frame)) == (1440, days)


def test_rows_that_overlap_are_refused(tmp_path: Path) -> None:
    regions = [{"region": "gb", "time_zone": "Asia/Kolkata"}]
    contacts = short_contacts()[1::2]
    contacts.insert(5, {**contacts[4], "interval_start": "2026-01-05T04:30:00Z"})
    faults = faults_of(tmp_path, {"regions": regions, "contacts": contacts})
    assert [fault.row for fault in faults] == [7, 8]
    assert faults[0].rule == "rows of one queue must be 60 minutes apart, the interval of the file"


def test_a_history_without_neighbours_has_the_plans_interval(tmp_path: Path) -> None:
    assert history_of(tmp_path, short_contacts()[:2]).interval_minutes == 30


def test_a_history_out_of_step_with_the_plan_is_read(tmp_path: Path) -> None:
    contacts = contacts_table(MONDAY, 2, interval_minutes=20)
    assert history_of(tmp_path, contacts).interval_minutes == 20


def test_tickets_are_counted_at_the_plans_interval(tmp_path: Path) -> None:
    def ticket(created_at: str, channel: str = "phone", **more: object) -> dict[str, object]:
        return {"created_at": created_at, "region": "gb", "language": "en", "channel": channel, **more}

    tickets = [
        ticket("2026-01-05T10:29:59Z", handle_seconds=100, csat=5, reopened="TRUE"),
        ticket("2026-01-05T09:00:00Z", handle_seconds=200, reopened="2"),
        ticket("2026-01-05T09:29:00+00:00", handle_seconds=400, resolved_at="2026-01-06T09:00:00Z"),
        ticket("2026-01-05T09:31:00Z", "email", nps=-50),
    ]
    folder = write_workspace(tmp_path, contacts=None, tickets=tickets)
    workspace = read_workspace(folder, Need.FORECAST)
    assert workspace.tickets is not None
    assert workspace.tickets["reopened"].tolist()[:1] == [2.0]
    assert workspace.tickets["created_at"].is_monotonic_increasing
    history = workspace.history
    assert history is not None
    assert history.interval_minutes == 30
    phone = history.of(QueueKey("gb", "en", "phone"))
    email = history.of(QueueKey("gb", "en", "email"))
    # From the first ticket of the file to the last: what is not there did not come.
    assert phone["contacts"].tolist() == [2.0, 0.0, 1.0]
    assert email["contacts"].tolist() == [0.0, 1.0, 0.0]
    assert phone["aht_seconds"].fillna(-1).tolist() == [300.0, -1.0, 100.0]
    assert email["aht_seconds"].isna().all()


def test_a_requirement_on_a_longer_interval_is_refused(tmp_path: Path) -> None:
    rows = [
        {"interval_start": f"2026-03-02T{hour:02}:00:00Z", "agents": 2}
        | dict(zip(("region", "language", "channel"), PHONE, strict=True))
        for hour in range(8, 12)
    ]
    (fault,) = faults_of(tmp_path, {"requirement": rows})
    assert (fault.value, fault.rule) == ("60 minutes", "rows must be 30 minutes apart, the plan's interval")


def test_a_requirement_weighs_by_priority_unless_it_says_otherwise(tmp_path: Path) -> None:
    queues = [{**minimal_tables()["queues"][0], "priority": 3}, minimal_tables()["queues"][1]]
    need = {"interval_start": "2026-03-02T08:00:00Z", "region": "gb", "language": "en", "agents": 1}
    rows = [
        {**need, "channel": "phone"},
        {**need, "channel": "email", "weight": 0.5},
    ]
    workspace = read_workspace(
        write_workspace(tmp_path, contacts=None, queues=queues, requirement=rows), Need.ROTA
    )
    assert workspace.requirement is not None
    frame = workspace.requirement.frame
    assert dict(zip(frame["channel"], frame["weight"], strict=True)) == {"phone": 3.0, "email": 0.5}
