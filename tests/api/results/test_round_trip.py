"""What is written is read back the same."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.results.read import read_forecast, read_requirement, read_rota
from api.results.write import write_results
from api.workspace.read import read_workspace
from forecasting.queues import QueueKey
from forecasting.tables import ContactForecast
from forecasting.timegrid import local_date
from scheduler.requirement import StaffingRequirement
from scheduler.results import REPORT_FILE, PlanFiles, rota_table, timeline_table
from scheduler.rota import WORK, Break, Rota, Shift, Stretch
from scheduler.workspace import Workspace
from tests.workspaces import write_workspace

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
PHONE, EMAIL = QueueKey("gb", "en", "phone"), QueueKey("gb", "en", "email")
FIXED = {
    "agent": "ann",
    "start": "2026-03-02T09:00:00Z",
    "end": "2026-03-02T10:30:00Z",
    "activity": "training",
}


@lru_cache(maxsize=1)
def the_workspace() -> Workspace:
    with TemporaryDirectory() as folder:
        return read_workspace(write_workspace(Path(folder), fixed=[FIXED]))


@st.composite
def rotas(draw: st.DrawFn) -> Rota:
    """Shifts on whole 5 minutes, apart, some with breaks and stretches of every kind."""
    shifts, stretches = [], []
    for agent in draw(st.sets(st.sampled_from(["ann", "bob", "cyd"]))):
        for day in sorted(draw(st.sets(st.integers(0, 13), max_size=3))):
            start = MONDAY + timedelta(days=day, minutes=5 * draw(st.integers(0, 200)))
            # At most to the next midnight: an agent's shifts do not overlap.
            lengths = draw(st.lists(st.integers(1, 16), min_size=1, max_size=5))
            breaks = []
            moment = start
            for place, length in enumerate(lengths):
                until = moment + timedelta(minutes=5 * length)
                if place % 2:
                    breaks.append(Break(moment, until, draw(st.booleans())))
                    stretches.append(Stretch(agent, moment, until, "break"))
                elif draw(st.booleans()):
                    queue = draw(st.sampled_from([PHONE, EMAIL]))
                    stretches.append(Stretch(agent, moment, until, WORK, queue, draw(st.booleans())))
                else:
                    activity = draw(st.sampled_from(["idle", "meeting", "=1+1", 'a "b", c']))
                    stretches.append(Stretch(agent, moment, until, activity))
                moment = until
            unpaid = sum(((b.end - b.start) for b in breaks if not b.paid), timedelta())
            paid = (moment - start - unpaid) // timedelta(minutes=1)
            template = draw(st.sampled_from(["day", None]))
            where = local_date(start, "Europe/London")
            shifts.append(
                Shift(agent, "london", template, start, moment, where, "Europe/London", paid, tuple(breaks))
            )
    return Rota(
        tuple(sorted(shifts, key=lambda shift: (shift.agent, shift.start))),
        tuple(sorted(stretches, key=lambda stretch: (stretch.agent, stretch.start))),
    )


@pytest.mark.slow
@given(rota=rotas())
@settings(max_examples=15, deadline=None)
def test_a_rota_comes_back_the_same(rota: Rota) -> None:
    with TemporaryDirectory() as folder:
        files = PlanFiles(rota=rota_table(rota, the_workspace()), timeline=timeline_table(rota))
        write_results(files, Path(folder) / "out")
        assert read_rota(Path(folder) / "out", the_workspace()) == rota


def test_fixed_work_comes_back_as_fixed(tmp_path: Path) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    meeting = Shift(
        "ann",
        "london",
        None,
        start,
        start + timedelta(minutes=90),
        date(2026, 3, 2),
        "Europe/London",
        90,
        fixed=True,
    )
    rota = Rota((meeting,), (Stretch("ann", meeting.start, meeting.end, "training"),))
    files = PlanFiles(rota=rota_table(rota, the_workspace()), timeline=timeline_table(rota))
    write_results(files, tmp_path / "out")
    assert read_rota(tmp_path / "out", the_workspace()) == rota


numbers = st.floats(0, 1e6, allow_nan=False)


def _frame(values: list[tuple[float, ...]], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=names, dtype="float64")
    for name, value in zip(("region", "language", "channel"), PHONE, strict=True):
        frame[name] = pd.Series([value] * len(frame), dtype="str")
    frame["interval_start"] = pd.date_range(MONDAY, periods=len(frame), freq="30min", unit="us")
    return frame


@pytest.mark.slow
@given(values=st.lists(st.tuples(numbers, numbers, numbers, numbers, numbers), min_size=1, max_size=8))
@settings(max_examples=15, deadline=None)
def test_a_forecast_comes_back_the_same(values: list[tuple[float, ...]]) -> None:
    forecast = ContactForecast(_frame(values, ["contacts", "p10", "p50", "p90", "aht_seconds"]), 30)
    with TemporaryDirectory() as folder:
        write_results(PlanFiles(forecast=forecast.frame), Path(folder) / "out")
        again = read_forecast(Path(folder) / "out" / "forecast.csv", the_workspace())
    pd.testing.assert_frame_equal(again.frame, forecast.frame, check_exact=True)


@pytest.mark.slow
@given(
    values=st.lists(
        st.tuples(numbers, numbers, st.one_of(st.just(np.nan), st.floats(0, 1))), min_size=1, max_size=8
    )
)
@settings(max_examples=15, deadline=None)
def test_a_requirement_comes_back_the_same(values: list[tuple[float, ...]]) -> None:
    frame = _frame(values, ["agents", "load_erlangs", "service_level"])
    # The file has no weight; that of a requirement made here is the queue's priority.
    requirement = StaffingRequirement(frame.assign(weight=1.0), 30)
    with TemporaryDirectory() as folder:
        write_results(PlanFiles(requirement=requirement.frame), Path(folder) / "out")
        again = read_requirement(Path(folder) / "out" / "requirement.csv", the_workspace())
    pd.testing.assert_frame_equal(again.frame, requirement.frame, check_exact=True)


def test_a_requirement_that_was_written_is_a_table_of_a_workspace(tmp_path: Path) -> None:
    frame = _frame([(2.0, 1.4, 0.9), (3.0, 2.2, np.nan)], ["agents", "load_erlangs", "service_level"])
    write_results(PlanFiles(requirement=frame), tmp_path / "out")
    text = (tmp_path / "out" / "requirement.csv").read_text()
    workspace = read_workspace(write_workspace(tmp_path / "in", requirement=text, contacts=None))
    assert workspace.requirement is not None
    assert workspace.requirement.frame["agents"].tolist() == [2.0, 3.0]


def test_the_report_is_json(tmp_path: Path) -> None:
    write_results(PlanFiles(report={"status": "optimal", "cost": {"EUR": 1.5}}), tmp_path / "out")
    text = (tmp_path / "out" / REPORT_FILE).read_text(encoding="utf-8")
    assert json.loads(text) == {"status": "optimal", "cost": {"EUR": 1.5}}
