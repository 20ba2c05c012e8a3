"""From a workspace, a forecast and a rota to a system, and to the service it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecasting.dispersion import UNKNOWN_DISPERSION, Dispersion
from forecasting.errors import InvalidInput
from forecasting.hours import parse_hours
from forecasting.queues import QueueKey, Region
from forecasting.tables import ContactForecast
from forecasting.timegrid import day_bounds, interval_grid
from scheduler.agents import Skill
from scheduler.rota import Rota, Stretch
from scheduler.shifts import ShiftTemplate
from scheduler.simulation.assumptions import Assumptions
from scheduler.simulation.simulate_rota import rota_system, simulate_rota
from scheduler.sites import Site
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    EMAIL,
    MONDAY,
    PHONE,
    RIGA,
    instant,
    make_agent,
    make_contract,
    make_queue,
    make_rota,
    make_shift,
    make_workspace,
)

NIGHT = ShiftTemplate("night", earliest_start=0, latest_start=1410, min_minutes=510, max_minutes=510)
ROUND_THE_CLOCK = make_contract(shifts=("day", "night"))
SURE = Dispersion(0.0, (1.0,), (1e-12,))


def make_forecast(
    workspace: Workspace,
    rate: float | Callable[[datetime], float] = 10.0,
    *,
    keys: tuple[QueueKey, ...] = (PHONE,),
    aht: float = 300.0,
    days: int | None = None,
    interval_minutes: int = 15,
) -> ContactForecast:
    """Return a forecast of ``rate`` contacts an interval over the local dates of each queue's region."""
    start = workspace.settings.start
    last = start + timedelta(days=days or workspace.settings.days)
    frames = []
    for key in keys:
        zone = workspace.regions[key.region].time_zone
        index = interval_grid(day_bounds(zone, start)[0], day_bounds(zone, last)[0], interval_minutes)
        mean = [rate(moment) if callable(rate) else rate for moment in index]
        frames.append(pd.DataFrame({"interval_start": index, "contacts": mean, "aht_seconds": aht}))
        frames[-1][["region", "language", "channel"]] = list(key)
        frames[-1][["p10", "p50", "p90"]] = 0.0
    return ContactForecast(pd.concat(frames), interval_minutes)


def open_workspace(**changes: Any) -> Workspace:
    """Return a workspace in which someone may work at any time."""
    return make_workspace(
        templates=(NIGHT, *make_workspace().shifts.values()), contracts=(ROUND_THE_CLOCK,), **changes
    )


def test_agents_are_ready_outside_breaks_and_activities() -> None:
    workspace = make_workspace(agents=1)
    shift = make_shift(workspace, break_starts=[240])
    start = shift.start
    at = [start + timedelta(minutes=minutes) for minutes in (0, 60, 120, 240, 270, 300, 510)]
    stretches = [
        Stretch("a1", at[0], at[1], "work", PHONE),
        Stretch("a1", at[1], at[2], "idle"),
        Stretch("a1", at[2], at[3], "work", PHONE),
        Stretch("a1", at[3], at[4], "break"),
        Stretch("a1", at[4], at[5], "training"),
        Stretch("a1", at[5], at[6], "work", PHONE),
    ]
    system = rota_system(workspace, make_forecast(workspace), Rota((shift,), tuple(stretches)))
    begin = (start - system.start).total_seconds()
    minutes = (system.agents.segments - begin) / 60
    assert minutes.tolist() == [[0, 240], [300, 510]]
    assert system.agents.shift_goes_on.tolist() == [True, False]


def test_two_shifts_are_two_segments() -> None:
    workspace = make_workspace(agents=1)
    days = [MONDAY, MONDAY + timedelta(days=1)]
    rota = make_rota([make_shift(workspace, day=day) for day in days])
    agents = rota_system(workspace, make_forecast(workspace), rota).agents
    assert agents.shift_goes_on.tolist() == [True, False, True, False]
    assert agents.segment_agent.tolist() == [0] * 4


def test_work_outside_the_forecast_is_cut_off() -> None:
    workspace = open_workspace(agents=1)
    # 20:00 on the last day of the forecast until 04:30 on the next.
    rota = make_rota([make_shift(workspace, minute=1200, template="night")])
    system = rota_system(workspace, make_forecast(workspace, days=1), rota)
    assert system.agents.segments.tolist() == [[20 * 3600, 24 * 3600]]


def test_any_queue_of_the_skill_may_be_served() -> None:
    lv, en = Skill("lv", "*"), Skill("en", "phone", 0.8)
    english = QueueKey("lv", "en", "phone")
    workspace = make_workspace(
        agents=[make_agent("a1", skills=(lv, en)), make_agent("a2", skills=(lv,), regions=frozenset({"ee"}))],
        queues=[make_queue(PHONE), make_queue(EMAIL), make_queue(english)],
    )
    rota = make_rota([make_shift(workspace, "a1"), make_shift(workspace, "a2")])
    system = rota_system(workspace, make_forecast(workspace, keys=(EMAIL, PHONE, english)), rota)
    assert system.queues.keys == (english, EMAIL, PHONE)
    assert system.agents.names == ("a1", "a2")
    assert system.agents.speed.tolist() == [[0.8, 1.0, 1.0], [0.0, 0.0, 0.0]]


def test_shrinkage_is_absence() -> None:
    workspace = make_workspace(agents=1, sites=[replace(RIGA, shrinkage=0.15)])
    rota = make_rota([make_shift(workspace)])
    assert rota_system(workspace, make_forecast(workspace), rota).agents.absence.tolist() == [0.15]


def test_who_works_does_not_change_when_others_are_absent() -> None:
    workspace = make_workspace(agents=3, sites=[replace(RIGA, shrinkage=0.5)], settings={"days": 1})
    forecast = make_forecast(workspace, 0.0)
    both = [make_shift(workspace, "a1"), make_shift(workspace, "a3")]
    results = [
        simulate_rota(workspace, forecast, make_rota(shifts), replications=20) for shifts in (both, both[1:])
    ]
    first, second = (result.measure("available")[:, 0, 0] for result in results)
    # Two segments of 3 and 5 hours, or none: what the first agent adds is whole segments, never the other's.
    added = (first - second) / 3600
    assert set(added.tolist()) <= {0.0, 3.0, 5.0, 8.0}
    assert len(set(added.tolist())) > 1


def test_deflection_and_repeats_act_as_in_staffing() -> None:
    workspace = open_workspace(queues=[make_queue(deflection=0.2, repeat_rate=0.5)])
    forecast, rota = make_forecast(workspace), make_rota([make_shift(workspace)])
    system = rota_system(workspace, forecast, rota)
    assert (system.demand.contacts == 16.0).all()
    assert system.queues.repeat_rate.tolist() == [0.0]
    one_by_one = rota_system(workspace, forecast, rota, assumptions=Assumptions(repeat_delay_minutes=60.0))
    assert (one_by_one.demand.contacts == 8.0).all()
    assert one_by_one.queues.repeat_rate.tolist() == [0.5]
    assert one_by_one.queues.repeat_delay_seconds.tolist() == [3600.0]


def test_contacts_outside_opening_hours() -> None:
    hours = parse_hours("daily 08:00-18:00")
    queues = [make_queue(PHONE, hours=hours), make_queue(EMAIL, hours=hours)]
    workspace = open_workspace(queues=queues)
    forecast = make_forecast(workspace, 1.0, keys=(PHONE, EMAIL), days=2)
    system = rota_system(workspace, forecast, make_rota([make_shift(workspace)]))
    email, phone = system.demand.contacts
    # Calls are lost; e-mails of a night wait for 08:00, those of the last evening beyond the plan.
    assert phone.reshape(2, 96).sum(axis=1).tolist() == [40, 40]
    assert (phone[:32] == 0).all()
    assert email[32] == 33
    assert email[96 + 32] == 57
    assert email.sum() == 192 - 24
    assert len(system.notes) == 2
    assert "24.0" in system.notes[0]
    assert "112.0" in system.notes[1]


def test_what_is_out_of_anyones_reach_is_no_date() -> None:
    # Shifts start from 08:00 to 10:00 and last 8.5 hours: 08:00 on the first day to 18:30 on the second.
    workspace = make_workspace(settings={"days": 2})
    system = rota_system(workspace, make_forecast(workspace), make_rota([make_shift(workspace)]))
    assert (system.demand.contacts[0, :32] == 0).all()
    assert (system.demand.day[0, :32] == -1).all()
    assert system.demand.contacts[0, 32] == 10
    assert system.demand.contacts[0, 96 + 73] == 10
    assert system.demand.contacts[0, 96 + 74] == 0
    assert any("54 intervals" in note for note in system.notes)


def test_a_live_queue_has_a_threshold_a_deferred_one_a_deadline() -> None:
    queues = [
        make_queue(PHONE, patience_seconds=90.0, priority=2.0, answer_within_seconds=30.0),
        make_queue(EMAIL, respond_within_minutes=60, patience_seconds=5.0, service_level=0.9, concurrency=2),
    ]
    workspace = make_workspace(queues=queues)
    rota = make_rota([make_shift(workspace)])
    made = rota_system(workspace, make_forecast(workspace, keys=(PHONE, EMAIL)), rota).queues
    assert made.deferred.tolist() == [True, False]
    assert made.limit_seconds.tolist() == [3600.0, 30.0]
    assert made.patience_seconds.tolist() == [np.inf, 90.0]
    assert made.target.tolist() == [0.9, 0.8]
    assert made.priority.tolist() == [1.0, 2.0]
    assert made.concurrency.tolist() == [2, 1]


def test_dispersion_is_the_forecasts() -> None:
    workspace = make_workspace(queues=[make_queue(PHONE), make_queue(EMAIL)])
    rota = make_rota([make_shift(workspace)])
    forecast = make_forecast(workspace, keys=(PHONE, EMAIL))
    demand = rota_system(
        workspace, forecast, rota, dispersion={PHONE: Dispersion(0.02, (1.0,), (0.0302,))}
    ).demand
    assert demand.day_variance.tolist() == [UNKNOWN_DISPERSION.day, 0.02]
    unknown = UNKNOWN_DISPERSION.interval_at(demand.contacts[0])
    assert demand.interval_variance[0].tolist() == unknown.tolist()
    assert demand.interval_variance[1] == pytest.approx(0.01)


def test_handle_times_are_known_where_no_contact_is_forecast() -> None:
    workspace = make_workspace(queues=[make_queue(PHONE), make_queue(EMAIL, aht_seconds=777.0)])
    frame = make_forecast(workspace, keys=(PHONE, EMAIL)).frame
    frame.loc[
        frame["interval_start"] < frame["interval_start"].min() + pd.Timedelta(days=1), "aht_seconds"
    ] = np.nan
    system = rota_system(workspace, ContactForecast(frame, 15), make_rota([make_shift(workspace)]))
    assert (system.demand.aht_seconds[0, :96] == 777).all()
    assert (system.demand.aht_seconds[1, :96] == 300).all()


def test_contacts_without_a_handle_time_are_refused() -> None:
    workspace = make_workspace()
    with pytest.raises(InvalidInput, match="aht_seconds"):
        rota_system(workspace, make_forecast(workspace, aht=float("nan")), make_rota([make_shift(workspace)]))


def test_an_unknown_queue_is_refused() -> None:
    workspace = make_workspace()
    other = make_forecast(make_workspace(queues=[make_queue(EMAIL)]), keys=(EMAIL,))
    with pytest.raises(InvalidInput, match=r"queues\.csv"):
        rota_system(workspace, other, make_rota([make_shift(workspace)]))


def test_an_empty_forecast_is_refused() -> None:
    workspace = make_workspace()
    empty = ContactForecast(make_forecast(workspace).frame.iloc[:0], 15)
    with pytest.raises(InvalidInput, match="rows"):
        rota_system(workspace, empty, make_rota([make_shift(workspace)]))


@pytest.mark.parametrize(
    ("zone", "start", "lengths"),
    [
        ("Europe/Riga", date(2026, 3, 28), [96, 92, 96]),
        ("Europe/Riga", date(2026, 10, 24), [96, 100, 96]),
        ("Asia/Kolkata", date(2026, 3, 28), [96, 96, 96]),
        ("Asia/Kathmandu", date(2026, 3, 28), [96, 96, 96]),
        ("Australia/Lord_Howe", date(2026, 4, 4), [96, 98, 96]),
        ("Pacific/Kiritimati", date(2026, 3, 28), [96, 96, 96]),
        ("Pacific/Pago_Pago", date(2026, 3, 28), [96, 96, 96]),
    ],
)
def test_dates_are_those_of_the_region(zone: str, start: date, lengths: list[int]) -> None:
    # Agents work around the clock in two zones, so that no interval is an edge.
    sites = [RIGA, Site("far", "Pacific/Kiritimati"), Site("west", "Pacific/Pago_Pago")]
    agents = [make_agent("a1"), make_agent("a2", site="far"), make_agent("a3", site="west")]
    workspace = open_workspace(
        agents=agents,
        sites=sites,
        regions=[Region("lv", zone)],
        settings={"start": start, "days": 3},
    )
    system = rota_system(workspace, make_forecast(workspace), make_rota([make_shift(workspace, day=start)]))
    assert system.demand.dates == tuple(start + timedelta(days=step) for step in range(3))
    assert np.bincount(system.demand.day[0]).tolist() == lengths


def test_queues_of_two_regions_share_one_grid() -> None:
    other = QueueKey("in", "lv", "phone")
    workspace = open_workspace(
        agents=[make_agent("a1"), make_agent("a2", site="far"), make_agent("a3", site="west")],
        sites=[RIGA, Site("far", "Pacific/Kiritimati"), Site("west", "Pacific/Pago_Pago")],
        regions=[Region("lv", "Europe/Riga"), Region("in", "Asia/Kolkata")],
        queues=[make_queue(PHONE), make_queue(other)],
        settings={"days": 1},
    )
    system = rota_system(
        workspace, make_forecast(workspace, keys=(PHONE, other)), make_rota([make_shift(workspace)])
    )
    # Kolkata is three and a half hours ahead of Riga's winter time.
    assert system.start == instant(MONDAY, 0, "Asia/Kolkata")
    assert system.intervals == 96 + 14
    assert system.demand.day.tolist() == [[0] * 96 + [-1] * 14, [-1] * 14 + [0] * 96]
    assert system.demand.contacts.sum() == 2 * 960


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("handle_cv", -1.0),
        ("repeat_delay_minutes", float("nan")),
        ("redial_rate", 1.0),
        ("redial_delay_minutes", -1.0),
    ],
)
def test_assumptions_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidInput, match=name):
        Assumptions(**{name: value})


def test_service_of_a_rota() -> None:
    # Twelve agents from 08:00 to 16:30, 100 calls of 3 minutes per half hour in that time; later nobody.
    workspace = make_workspace(agents=14, settings={"days": 1})
    rota = make_rota([make_shift(workspace, f"a{number}") for number in range(1, 15)])
    begin = instant(MONDAY, 480)

    def rate(moment: datetime) -> float:
        return 50.0 if timedelta(0) <= moment - begin < timedelta(hours=10) else 0.0

    forecast = make_forecast(workspace, rate, aht=180.0, days=1)
    result = simulate_rota(workspace, forecast, rota, dispersion={PHONE: SURE}, replications=20)
    table = result.interval_table()
    clock = (table["interval_start"] - pd.Timestamp(begin)) / pd.Timedelta(hours=1)
    early, rest, late = (
        table["service_level"][(clock >= low) & (clock < high)]
        for low, high in ((0.5, 3.0), (3.0, 3.5), (8.75, 10.0))
    )
    assert early.mean() == pytest.approx(0.888, abs=0.06)
    assert rest.mean() < 0.05
    assert late.max() == 0
    assert result.overrun_seconds.sum() > 0
