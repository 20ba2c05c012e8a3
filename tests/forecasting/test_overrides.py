"""Overrides: what a planner says is what the forecast holds, and the model's value stays beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.dispersion import Dispersion
from forecasting.errors import InvalidInput
from forecasting.forecast import ForecastResult
from forecasting.hours import parse_hours
from forecasting.override_summary import summarize_overrides
from forecasting.overrides import Conflict, Override, find_conflicts
from forecasting.overriding import apply_overrides
from forecasting.queues import Queue, QueueKey, Region
from forecasting.tables import ContactForecast
from forecasting.timegrid import day_bounds, interval_grid, wall_clock
from tests.forecasting.factory import KEY, queue

CHAT = QueueKey("home", "en", "chat")
AWAY = QueueKey("away", "en", "phone")
ZONES = {"home": "Europe/London", "away": "Asia/Kolkata"}


def predicted(
    start: date,
    days: int,
    zones: Mapping[str, str],
    *,
    keys: Sequence[QueueKey] = (KEY,),
    minutes: int = 30,
    level: Mapping[QueueKey, float] | None = None,
) -> ForecastResult:
    """A forecast whose contacts rise with the wall clock, from 1 at midnight to 24 at 23:00."""
    frames = []
    for key in keys:
        zone = zones[key.region]
        index = interval_grid(
            day_bounds(zone, start)[0], day_bounds(zone, start + timedelta(days=days))[0], minutes
        )
        contacts = (1.0 + wall_clock(index, zone).minute // 60) * (level or {}).get(key, 1.0)
        columns = {**key._asdict(), "interval_start": index, "contacts": contacts, "aht_seconds": 180.0}
        frames.append(pd.DataFrame(columns, index=range(len(index))))
    frame = pd.concat(frames, ignore_index=True).assign(p10=-1.0, p50=-2.0, p90=-3.0)
    return ForecastResult(
        ContactForecast(frame, minutes), ("a note",), {KEY: Dispersion(0.1, (1.0,), (0.2,))}
    )


def apply(
    result: ForecastResult,
    *overrides: Override,
    zones: Mapping[str, str] = ZONES,
    queues: Sequence[Queue] = (),
) -> ForecastResult:
    known = {key: queue(key) for key in result.forecast.queues} | {each.key: each for each in queues}
    regions = {name: Region(name, zone) for name, zone in zones.items()}
    return apply_overrides(result, overrides, queues=known, regions=regions)


def local_day(zone: str, day: date) -> tuple[datetime, datetime]:
    return day_bounds(zone, day)


def of_date(result: ForecastResult, zone: str, day: date, key: QueueKey = KEY) -> pd.DataFrame:
    frame = result.forecast.of(key)
    dates = wall_clock(pd.DatetimeIndex(frame["interval_start"]), zone).day
    chosen: pd.DataFrame = frame[dates == np.datetime64(day)]
    return chosen


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "intervals"),
    [
        ("Europe/London", date(2026, 3, 29), 30, 46),
        ("Europe/London", date(2026, 10, 25), 30, 50),
        ("America/New_York", date(2026, 3, 8), 15, 92),
        ("Australia/Lord_Howe", date(2026, 10, 4), 30, 47),
        ("Australia/Lord_Howe", date(2026, 4, 5), 15, 98),
        ("Asia/Kolkata", date(2026, 3, 29), 60, 24),
        ("Asia/Kathmandu", date(2026, 3, 29), 60, 24),
        ("Asia/Kathmandu", date(2026, 3, 29), 15, 96),
        ("Pacific/Kiritimati", date(2026, 3, 29), 60, 24),
        ("Pacific/Pago_Pago", date(2026, 3, 29), 60, 24),
    ],
)
def test_a_local_day_gets_exactly_its_total_and_no_other_interval_changes(
    zone: str, day: date, minutes: int, intervals: int
) -> None:
    zones = {"home": zone}
    plain = predicted(day - timedelta(days=1), 3, zones, minutes=minutes)
    changed = apply(plain, Override({"home": local_day(zone, day)}, "match", contacts=1000.0), zones=zones)
    rows = of_date(changed, zone, day)
    assert len(rows) == intervals
    assert rows["contacts"].sum() == pytest.approx(1000.0)
    assert set(rows["override"]) == {"match"}
    # The day keeps the model's shape.
    assert np.ptp(rows["contacts"] / rows["model_contacts"]) < 1e-9
    others = changed.forecast.frame.drop(index=rows.index)
    assert (others["contacts"] == others["model_contacts"]).all()
    assert set(others["override"]) == {""}
    assert (changed.forecast.frame["model_contacts"] == plain.forecast.frame["contacts"]).all()
    # The whole window lies in the forecast: no share of it is told.
    assert "%" not in changed.notes[-1]


def test_a_factor_acts_on_the_intervals_that_start_in_its_window() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    plain = predicted(date(2026, 3, 2), 1, ZONES)
    changed = apply(plain, Override({"home": (start, start + timedelta(hours=2))}, "advert", factor=1.5))
    frame = changed.forecast.frame
    touched = frame[frame["override"] == "advert"]
    assert touched["interval_start"].tolist() == [start + timedelta(minutes=30 * i) for i in range(4)]
    assert (touched["contacts"] == 1.5 * touched["model_contacts"]).all()
    assert changed.notes == (
        "a note",
        "Override 'advert': 63.0 contacts for home/en/phone instead of the model's 42.0",
    )


def test_the_band_follows_the_new_mean_and_other_bands_stay() -> None:
    window = local_day("Europe/London", date(2026, 3, 2))
    changed = apply(predicted(date(2026, 3, 2), 2, ZONES), Override({"home": window}, "x", factor=40.0))
    frame = changed.forecast.frame
    inside = frame["override"] == "x"
    assert (frame.loc[~inside, ["p10", "p50", "p90"]] == [-1.0, -2.0, -3.0]).all().all()
    busy = frame[inside]
    assert (busy["p10"] < busy["p50"]).all()
    assert (busy["p50"] < busy["p90"]).all()
    # The queue's own dispersion, not that of an unknown queue: phi 0.2 against 0.08.
    last = busy.iloc[-1]
    assert last["contacts"] == 960.0
    assert last["p90"] == pytest.approx(960 * 1.60, rel=0.02)


def test_nobody_comes_where_a_planner_says_so() -> None:
    window = local_day("Europe/London", date(2026, 3, 2))
    windows = {"home": window}
    for zero in (Override(windows, "shut", factor=0.0), Override(windows, "shut", contacts=0.0)):
        changed = apply(predicted(date(2026, 3, 2), 1, ZONES), zero)
        assert (changed.forecast.frame[["contacts", "p10", "p50", "p90"]] == 0.0).all().all()


def test_a_total_is_shared_by_all_queues_of_all_regions_on_their_own_days() -> None:
    day = date(2026, 3, 29)
    plain = predicted(day, 1, ZONES, keys=(KEY, CHAT, AWAY), level={AWAY: 3.0})
    windows = {name: local_day(zone, day) for name, zone in ZONES.items()}
    changed = apply(plain, Override(windows, "launch", contacts=700.0))
    assert changed.forecast.frame["contacts"].sum() == pytest.approx(700.0)
    sums = {key: changed.forecast.of(key)["contacts"].sum() for key in (KEY, CHAT, AWAY)}
    model = {key: plain.forecast.of(key)["contacts"].sum() for key in sums}
    assert {key: sums[key] / model[key] for key in sums} == pytest.approx(
        dict.fromkeys(sums, 700.0 / sum(model.values()))
    )
    only_phone = apply(plain, Override(windows, "calls", contacts=700.0, channel="phone"))
    assert only_phone.forecast.of(CHAT)["override"].eq("").all()
    assert only_phone.forecast.frame.loc[
        only_phone.forecast.frame["channel"] == "phone", "contacts"
    ].sum() == pytest.approx(700.0)


def test_of_a_total_only_the_part_inside_the_forecast_counts() -> None:
    start = day_bounds("Europe/London", date(2026, 3, 1))[0]
    window = (start, start + timedelta(days=4))
    changed = apply(predicted(date(2026, 3, 2), 1, ZONES), Override({"home": window}, "x", contacts=400.0))
    assert changed.forecast.frame["contacts"].sum() == pytest.approx(100.0)
    assert "25% of its window lies in the forecast" in changed.notes[-1]


def test_a_queue_without_a_forecast_gets_its_total_while_it_is_open() -> None:
    day = date(2026, 3, 30)
    plain = predicted(day, 1, ZONES, keys=(KEY, AWAY), level={KEY: 0.0})
    hours = parse_hours("mon-fri 08:00-18:00")
    told = Override({"home": local_day("Europe/London", day)}, "new line", contacts=200.0)
    changed = apply(plain, told, queues=[queue(KEY, hours=hours)])
    rows = changed.forecast.of(KEY)
    minute = wall_clock(pd.DatetimeIndex(rows["interval_start"]), "Europe/London").minute
    assert set(rows["contacts"][(minute >= 480) & (minute < 1080)]) == {10.0}
    assert rows["contacts"].sum() == pytest.approx(200.0)
    assert "spread evenly" in changed.notes[-1]
    closed = apply(plain, told, queues=[queue(KEY, hours=parse_hours("sat 08:00-18:00"))])
    assert set(closed.forecast.of(KEY)["contacts"]) == {200.0 / 48}


def test_an_override_of_another_time_changes_nothing() -> None:
    plain = predicted(date(2026, 3, 2), 2, ZONES)
    past = Override({"home": local_day("Europe/London", date(2026, 3, 1))}, "past", factor=2.0)
    assert apply(plain, past) is plain
    assert "override" not in plain.forecast.frame
    assert summarize_overrides(plain.forecast).empty


def test_the_summary_has_a_row_for_each_queue_and_reason() -> None:
    first, second = (local_day("Europe/London", date(2026, 3, day)) for day in (2, 3))
    overrides = (Override({"home": first}, "one", factor=2.0), Override({"home": second}, "two", factor=0.5))
    changed = apply(predicted(date(2026, 3, 2), 2, ZONES, keys=(KEY, CHAT)), *overrides)
    table = summarize_overrides(changed.forecast)
    assert table[["channel", "override"]].to_numpy().tolist() == [
        ["chat", "one"],
        ["chat", "two"],
        ["phone", "one"],
        ["phone", "two"],
    ]
    row = table.iloc[3]
    assert (row["first"], row["until"]) == second
    assert (row["model_contacts"], row["contacts"]) == (600.0, 300.0)


def test_overlaps_are_refused_and_meeting_windows_are_not() -> None:
    at = [datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in range(5)]
    long = Override({"home": (at[0], at[4])}, "long", factor=2.0)
    short = Override({"home": (at[1], at[2])}, "short", factor=2.0, channel="phone")
    late = Override({"home": (at[3], at[4])}, "late", factor=2.0)
    assert find_conflicts([long, short], [KEY, CHAT]) == [Conflict(0, 1, KEY)]
    assert find_conflicts([long, short], [CHAT]) == []
    # The long one still lasts when the short one is over.
    assert find_conflicts([short, late, long], [KEY]) == [Conflict(0, 2, KEY), Conflict(1, 2, KEY)]
    assert find_conflicts([short, Override({"home": (at[2], at[3])}, "next", factor=1.0)], [KEY]) == []
    assert find_conflicts([long, Override({"away": (at[0], at[4])}, "away", factor=2.0)], [KEY, AWAY]) == []
    with pytest.raises(InvalidInput, match="'long' and 'short' both claim home/en/phone"):
        apply(predicted(date(2026, 3, 2), 1, ZONES), long, short)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"factor": -0.1}, "factor must be a number of at least 0, got -0.1"),
        ({"factor": float("nan")}, "at least 0"),
        ({"factor": None, "contacts": float("inf")}, "contacts must be"),
        ({"factor": None}, "either factor or contacts"),
        ({"contacts": 3.0}, "either factor or contacts"),
        ({"reason": " "}, "needs a reason"),
        ({"windows": {}}, "needs a region"),
        ({"windows": {"home": (datetime(2026, 3, 2, tzinfo=UTC),) * 2}}, "end must be after start"),
    ],
)
def test_impossible_overrides_cannot_be_made(changes: dict[str, object], words: str) -> None:
    window = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    with pytest.raises(InvalidInput, match=words):
        Override(**({"windows": {"home": window}, "reason": "x", "factor": 2.0} | changes))  # type: ignore[arg-type]


@settings(max_examples=12)
@given(
    first=st.integers(-60, 160),
    length=st.integers(1, 120),
    total=st.floats(0, 1e6),
    zone=st.sampled_from(["Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    minutes=st.sampled_from([15, 30, 60]),
)
def test_totals_and_untouched_intervals_hold_for_any_window(
    first: int, length: int, total: float, zone: str, minutes: int
) -> None:
    zones = {"home": zone}
    plain = predicted(date(2026, 4, 4), 3, zones, minutes=minutes)
    begin = datetime(2026, 4, 4, tzinfo=UTC) + timedelta(minutes=first * minutes)
    window = (begin, begin + timedelta(minutes=length * minutes))
    frame = apply(plain, Override({"home": window}, "x", contacts=total), zones=zones).forecast.frame
    starts = plain.forecast.frame["interval_start"]
    inside = (starts >= window[0]) & (starts < window[1])
    if not inside.any():
        assert "override" not in frame
        return
    assert frame.loc[inside, "contacts"].sum() == pytest.approx(total * inside.sum() / length)
    assert (frame["contacts"] == plain.forecast.frame["contacts"])[~inside].all()
    assert ((frame["override"] == "x") == inside).all()
