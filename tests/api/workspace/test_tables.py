"""What cells become: windows across midnight, local days as instants, names made canonical."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from api.workspace.read import read_workspace
from forecasting.queues import QueueKey, Translation
from scheduler.agents import Skill, WishKind
from scheduler.workspace import Workspace
from tests.api.workspace.loading import short_contacts
from tests.workspaces import minimal_tables, write_workspace


def read(folder: Path, **tables: Any) -> Workspace:
    return read_workspace(write_workspace(folder, **{"contacts": short_contacts(), **tables}))


def test_languages_are_canonical_everywhere(tmp_path: Path) -> None:
    queues = [
        {"region": "gb", "language": "iw", "channel": "phone", "translation": "PT-br@0.6; es@0.5"},
        *minimal_tables()["queues"],
    ]
    agents = [{**minimal_tables()["agents"][0], "skills": "IW:phone; pt-BR:* @0.5 ;en:*"}]
    event = {"start": "2026-03-03", "end": "2026-03-04", "factor": 2, "language": "IW"}
    workspace = read(tmp_path, queues=queues, agents=agents, events=[event])
    queue = workspace.queues[QueueKey("gb", "he", "phone")]
    assert queue.translation == (Translation("pt-BR", 0.6), Translation("es", 0.5))
    assert workspace.agents["ann"].skills == (
        Skill("he", "phone"),
        Skill("pt-BR", "*", 0.5),
        Skill("en", "*"),
    )
    assert workspace.events[0].language == "he"


def test_start_windows_may_cross_midnight(tmp_path: Path) -> None:
    shifts = [
        {**minimal_tables()["shifts"][0], "earliest_start": "22:00", "latest_start": "02:00"},
        {
            **minimal_tables()["shifts"][0],
            "shift": "late",
            "earliest_start": "18:00",
            "latest_start": "24:00",
        },
        {**minimal_tables()["shifts"][0], "shift": "one", "earliest_start": "09:00", "latest_start": "09:00"},
    ]
    workspace = read(tmp_path, shifts=shifts)
    assert [(shift.earliest_start, shift.latest_start) for shift in workspace.shifts.values()] == [
        (1320, 1560),
        (1080, 1440),
        (540, 540),
    ]


def test_availability_windows(tmp_path: Path) -> None:
    rows = [
        {"agent": "ann", "weekday": "mon;wed-thu", "from": "08:00", "to": "24:00"},
        {"agent": "ann", "date": "2026-03-07", "from": "22:00", "to": "06:00"},
        {"agent": "bob", "weekday": "sun", "from": "00:00", "to": "00:00"},
    ]
    windows = read(tmp_path, availability=rows).availability
    assert [(w.weekday, w.day, w.from_minute, w.until_minute) for w in windows] == [
        (0, None, 480, 1440),
        (2, None, 480, 1440),
        (3, None, 480, 1440),
        (None, date(2026, 3, 7), 1320, 1800),
        (6, None, 0, 1440),
    ]


def test_time_off_in_dates_is_local_days_of_the_site(tmp_path: Path) -> None:
    zones = {
        "london": (
            "Europe/London",
            datetime(2026, 3, 28, 0, tzinfo=UTC),
            datetime(2026, 3, 29, 23, tzinfo=UTC),
        ),
        "kolkata": (
            "Asia/Kolkata",
            datetime(2026, 3, 27, 18, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 18, 30, tzinfo=UTC),
        ),
        "kathmandu": (
            "Asia/Kathmandu",
            datetime(2026, 3, 27, 18, 15, tzinfo=UTC),
            datetime(2026, 3, 29, 18, 15, tzinfo=UTC),
        ),
        "kiribati": (
            "Pacific/Kiritimati",
            datetime(2026, 3, 27, 10, tzinfo=UTC),
            datetime(2026, 3, 29, 10, tzinfo=UTC),
        ),
        "samoa": (
            "Pacific/Pago_Pago",
            datetime(2026, 3, 28, 11, tzinfo=UTC),
            datetime(2026, 3, 30, 11, tzinfo=UTC),
        ),
    }
    sites = [{"site": name, "time_zone": zone} for name, (zone, _, _) in zones.items()]
    agents = [{"agent": name, "site": name, "contract": "full", "skills": "en:*"} for name in zones]
    rows = [{"agent": name, "start": "2026-03-28", "end": "2026-03-30", "paid": "FALSE"} for name in zones]
    for absence in read(tmp_path, sites=sites, agents=agents, time_off=rows).time_off:
        assert (absence.start, absence.end) == zones[absence.agent][1:]
        assert absence.whole_days == (date(2026, 3, 28), date(2026, 3, 29))
        assert not absence.paid


def test_time_off_in_instants_blocks_no_whole_day(tmp_path: Path) -> None:
    row = {
        "agent": "ann",
        "start": "2026-03-04T09:00:00+01:00",
        "end": "2026-03-04T12:00:00+01:00",
        "kind": "sick",
    }
    (absence,) = read(tmp_path, time_off=[row]).time_off
    assert (absence.start, absence.whole_days) == (datetime(2026, 3, 4, 8, tzinfo=UTC), ())


def test_events_in_dates_are_local_days_of_each_region(tmp_path: Path) -> None:
    regions = [*minimal_tables()["regions"], {"region": "in", "time_zone": "Asia/Kolkata"}]
    queues = [*minimal_tables()["queues"], {"region": "in", "language": "en", "channel": "phone"}]
    event = {"start": "2026-03-29", "end": "2026-03-30", "factor": 2, "name": "launch"}
    events = read(tmp_path, regions=regions, queues=queues, events=[event]).events
    assert [(e.region, e.start, e.end) for e in events] == [
        ("in", datetime(2026, 3, 28, 18, 30, tzinfo=UTC), datetime(2026, 3, 29, 18, 30, tzinfo=UTC)),
        ("gb", datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC)),
    ]


def test_overrides_in_dates_are_local_days_of_each_region_and_may_meet(tmp_path: Path) -> None:
    regions = [*minimal_tables()["regions"], {"region": "in", "time_zone": "Asia/Kolkata"}]
    queues = [*minimal_tables()["queues"], {"region": "in", "language": "en", "channel": "phone"}]
    rows = [
        {"start": "2026-03-29", "end": "2026-03-30", "factor": 2, "reason": "launch", "channel": "phone"},
        {"start": "2026-03-30", "end": "2026-03-31", "contacts": 400, "reason": "day after", "region": "gb"},
        {
            "start": "2026-03-28T23:00:00Z",
            "end": "2026-03-29T00:00:00Z",
            "contacts": 0,
            "reason": "works",
            "region": "gb",
        },
    ]
    launch, after, works = read(tmp_path, regions=regions, queues=queues, overrides=rows).overrides
    london = (datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC))
    kolkata = (datetime(2026, 3, 28, 18, 30, tzinfo=UTC), datetime(2026, 3, 29, 18, 30, tzinfo=UTC))
    assert dict(launch.windows) == {"gb": london, "in": kolkata}
    assert (launch.factor, launch.contacts, launch.channel, launch.reason) == (2.0, None, "phone", "launch")
    assert (after.factor, after.contacts, list(after.windows)) == (None, 400.0, ["gb"])
    assert works.windows["gb"] == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 0, tzinfo=UTC),
    )


def test_wishes_of_every_kind(tmp_path: Path) -> None:
    rows = [
        {"agent": "ann", "weekday": "sat-sun", "wish": "day_off", "weight": 2},
        {"agent": "ann", "date": "2026-03-04", "wish": "shift day"},
        {"agent": "bob", "date": "2026-03-04", "wish": "START_BEFORE 09:00"},
        {"agent": "bob", "date": "2026-03-05", "wish": "start_after 10:30"},
    ]
    wishes = read(tmp_path, wishes=rows).wishes
    assert [(w.kind, w.weekday, w.shift, w.minute, w.weight) for w in wishes] == [
        (WishKind.DAY_OFF, 5, None, None, 2.0),
        (WishKind.DAY_OFF, 6, None, None, 2.0),
        (WishKind.SHIFT, None, "day", None, 1.0),
        (WishKind.START_BEFORE, None, None, 540, 1.0),
        (WishKind.START_AFTER, None, None, 630, 1.0),
    ]


def test_fixed_work_may_hold_activities_inside_a_shift(tmp_path: Path) -> None:
    shift = {
        "agent": "ann",
        "start": "2026-03-02T09:00:00Z",
        "end": "2026-03-02T17:00:00Z",
        "activity": "shift",
        "shift": "day",
        "breaks": "2026-03-02T12:00:00Z/2026-03-02T12:30:00Z/unpaid",
    }
    inside = {
        "agent": "ann",
        "start": "2026-03-02T09:00:00Z",
        "end": "2026-03-02T10:00:00Z",
        "activity": "meeting",
    }
    later = {
        "agent": "ann",
        "start": "2026-03-02T17:00:00Z",
        "end": "2026-03-02T18:00:00Z",
        "activity": "meeting",
    }
    fixed = read(tmp_path, fixed=[inside, shift, later]).fixed
    assert [work.activity for work in fixed] == ["meeting", "shift", "meeting"]
    assert fixed[1].breaks == (
        (datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 12, 30, tzinfo=UTC), False),
    )


def test_subdivisions_are_those_with_holidays(tmp_path: Path) -> None:
    regions = [
        {"region": "gb", "time_zone": "Europe/London", "country": "GB", "subdivision": "GB-SCT"},
        {"region": "pl", "time_zone": "Europe/Warsaw", "country": "PL", "subdivision": "MZ"},
    ]
    workspace = read(tmp_path, regions=regions)
    assert [region.subdivision for region in workspace.regions.values()] == ["SCT", None]
    assert len(workspace.notes) == 1
    assert "regions.csv row 3" in workspace.notes[0]


def test_formula_like_text_is_text_and_blanks_around_cells_are_none(tmp_path: Path) -> None:
    agents = [
        {**minimal_tables()["agents"][0], "name": " =HYPERLINK(1) ", "email": "a@b.example", "team": "+1"}
    ]
    agent = read(tmp_path, agents=agents).agents["ann"]
    assert (agent.display_name, agent.email, agent.team) == ("=HYPERLINK(1)", "a@b.example", "+1")


def test_presence_takes_the_clock_of_whom_it_concerns(tmp_path: Path) -> None:
    rows = [
        {"region": "gb", "language": "EN", "channel": "phone", "from": "22:00", "to": "06:00", "max": 4},
        {"skill": "en:phone", "zone": "Asia/Kolkata", "from": "08:00", "to": "12:00", "min": 1},
    ]
    first, second = read(tmp_path, presence=rows).presence
    assert (first.zone, first.from_minute, first.until_minute, first.language) == (
        "Europe/London",
        1320,
        1800,
        "en",
    )
    assert (second.zone, second.skill) == ("Asia/Kolkata", "en:phone")


def test_plan_settings(tmp_path: Path) -> None:
    plan = (
        "start = 2026-03-02\ndays = 7\n[rates]\nUSD = 0.9\nINR = 1\n[weights]\nwish = 2\n"
        "[solver]\ntime_limit_seconds = 2.5\nseed = 7\n"
    )
    settings = read(tmp_path, plan=plan).settings
    assert settings.rates == {"USD": 0.9, "INR": 1.0}
    assert (settings.weights.wish, settings.weights.cost) == (2.0, 0.001)
    assert settings.solver == {"time_limit_seconds": 2.5, "seed": 7}
